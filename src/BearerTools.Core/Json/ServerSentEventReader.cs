using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Reads streams of events (HTML Living Standard section 9.2.6): one document, or a text, per event.</summary>
internal sealed class ServerSentEventReader<TValue>(
    JsonReadOptions options, JsonDocumentParser<TValue> document, JsonLenientInput<TValue>? lenient)
    : BodyLineReader<TValue>(options, document, lenient)
{
    /// <summary>Size of a <see cref="JsonLine"/> in bytes.</summary>
    private const int BytesOfPlace = 3 * sizeof(long);

    private static readonly JsonName s_event = new("event");
    private static readonly JsonName s_id = new("id");
    private static readonly JsonName s_data = new("data");

    private readonly List<TValue> _rowsOfEvent = [];
    private readonly JsonTail _data = new();
    private EventItems _items = new();
    private bool _hasData;
    private bool _hasOwnId;
    private string? _event;
    private string? _id;

    /// <summary>The id of the last event that was read. An event without one keeps that of the event before.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>The last reconnection time, in milliseconds; <see langword="null"/> if the stream states none.</summary>
    public long? ReconnectionTime { get; private set; }

    /// <inheritdoc cref="JsonRowReader{TValue}.Malformed"/>
    public JsonFormatException? Malformed { get; private set; }

    /// <inheritdoc cref="JsonRowReader{TValue}.PassedOver"/>
    public long PassedOver { get; private set; }

    /// <inheritdoc cref="JsonRowReader{TValue}.CutOff"/>
    public long CutOff { get; private set; }

    /// <inheritdoc cref="JsonRowReader{TValue}.History"/>
    public EventHistory? History { get; set; }

    protected override bool EndsAtReturn => true;

    // The positions of an event's lines take memory too, and exceed the data if lines are short or empty.
    protected override long Kept => _data.Length + (_hasData ? (long)Document.Lines.Count * BytesOfPlace : 0);

    private EventItems Items => History?.Items ?? _items;

    public override void Complete(List<TValue> rows)
    {
        var (isOpen, id, hasOwnId) = (HasOpenLine, _id, _hasOwnId);
        base.Complete(rows);
        // What the last line lacks is not known: an id may be longer, and so may a number or a text.
        if (isOpen) (_id, _hasOwnId) = (id, hasOwnId);
        if (isOpen && _hasData && !IsWhole(_data.Bytes))
        {
            CutOff = Document.Lines[^1].Line;
            return;
        }

        EndEvent(rows);
        if (Items.Fault is { } fault) throw fault;
    }

    public override void Reset()
    {
        base.Reset();
        _data.Clear();
        (_items, _event, _id, _hasData, _hasOwnId) = (new(), null, null, false, false);
        (LastEventId, ReconnectionTime, Malformed, PassedOver, CutOff, History) = (null, null, null, 0, 0, null);
    }

    protected override void Read(ReadOnlySpan<byte> line, List<TValue> rows)
    {
        if (line.IsEmpty)
        {
            EndEvent(rows);
            return;
        }

        // Comments (":…") and other fields contain no data.
        var value = ValueOf(line, "data"u8);
        if (!line.StartsWith("data:"u8) && !line.SequenceEqual("data"u8))
        {
            if ((line.StartsWith("id:"u8) || line.SequenceEqual("id"u8)) && line.IndexOf((byte)0) < 0)
                (_id, _hasOwnId) = (JsonText.Decode(ValueOf(line, "id"u8), escaped: false), true);
            else if (line.StartsWith("event:"u8)) _event = JsonText.Decode(ValueOf(line, "event"u8), escaped: false);
            else if (line.StartsWith("retry:"u8)) ReconnectionTime = Milliseconds(ValueOf(line, "retry"u8)) ?? ReconnectionTime;
            return;
        }

        // An empty line is a line of the data too.
        if (!_hasData) Document.Lines.Clear();
        else _data.Append("\n"u8);
        _hasData = true;
        Document.Lines.Add(Place.At(line.Length - value.Length));
        _data.Append(value);
        Guard();
    }

    /// <summary>The value of the field, without the space that may precede it; empty if the line is another field.</summary>
    private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> field)
    {
        if (!line.StartsWith(field) || line.Length <= field.Length || line[field.Length] != ':') return default;
        var value = line[(field.Length + 1)..];
        return value.StartsWith(" "u8) ? value[1..] : value;
    }

    /// <summary>ASCII digits and nothing else; <see langword="null"/> if the field is to be ignored.</summary>
    private static long? Milliseconds(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return null;
        return Utf8Parser.TryParse(value, out long number, out _) ? number : long.MaxValue;
    }

    private void EndEvent(List<TValue> rows)
    {
        LastEventId = _id;
        // Several APIs end their stream with this marker, which is no data.
        var isData = _hasData && ((Options.IncludesEvent && Options.ItemsPath is null) || !_data.Bytes.SequenceEqual("[DONE]"u8));
        // An event without an id of its own may be a new one.
        var isKnown = _hasData && _hasOwnId && _id is { Length: > 0 } && History?.Add(_id, _event, _data.Bytes) is true;
        if (isData && !isKnown) AddRows(rows);
        _data.Clear();
        (_event, _hasData, _hasOwnId) = (null, false, false);
    }

    /// <summary>Adds the rows of an event once all of them are known. An empty one has a row only if its name is wanted too.</summary>
    private void AddRows(List<TValue> rows)
    {
        _rowsOfEvent.Clear();
        if (_data.Length > 0 || Options.ItemsPath is not null) ReadData(_rowsOfEvent);
        else if (Options.IncludesEvent) _rowsOfEvent.Add(Document.Builder.Text([]));
        if (!Options.IncludesEvent)
        {
            rows.AddRange(_rowsOfEvent);
        }
        else
        {
            foreach (var row in _rowsOfEvent)
                rows.Add(Document.Builder.Object([s_event, s_id, s_data], [Text(_event ?? "message"), Text(_id), row], clash: false));
        }

        _rowsOfEvent.Clear();
    }

    private TValue Text(string? text) => text is null ? Document.Builder.Null() : Document.Builder.Text(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// Reads the data of an event: text, unless all of it is JSON. What ConvertFrom-Json also reads, such as NaN, is only read in data that
    /// begins like an object with a name in quotes: a word or a log line is not.
    /// </summary>
    private void ReadData(List<TValue> rows)
    {
        var bytes = _data.Bytes;
        var isObject = BeginsLikeObject(bytes);
        try
        {
            if (Options.ItemsPath is not null && IsBlank(bytes))
            {
                if (EventItems.IsErrorName(_event)) PassOver(Document.NoItems());
                return;
            }

            ReadDocument(bytes, rows, isStrict: !isObject);
            if (Options.ItemsPath is null) return;
            // An API may call its items so; without items, it is an error.
            var reports = EventItems.HasError(bytes) || (rows.Count == 0 && EventItems.IsErrorName(_event));
            Items.Found(reports ? Document.StreamError(bytes) : null);
        }
        catch (JsonFormatException e) when (e.ErrorId == JsonFormatException.InvalidId)
        {
            if (isObject) Malformed ??= e;
            rows.Clear();
            if (Options.ItemsPath is null) rows.Add(Document.Builder.Text(bytes));
            else PassOver(Document.NoItems());
        }
        catch (JsonFormatException e) when (e.ErrorId == JsonFormatException.NoItemsId)
        {
            PassOver(e);
        }
    }

    private void PassOver(JsonFormatException fault)
    {
        if (PassedOver == 0) PassedOver = Document.Lines[0].Line;
        var reports = EventItems.IsErrorName(_event) || EventItems.HasError(_data.Bytes);
        Items.Missing(fault, Document.HasNames, reports ? Document.StreamError(_data.Bytes) : null);
    }

    /// <summary>True for an object, a list or a string in JSON, and the marker of an end: none can be a part of a longer one.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8)) return true;
        try
        {
            var reader = new Utf8JsonReader(data);
            if (!reader.Read() || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.String))
                return false;
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>True for the beginning of an object that has a name, or of a list of such objects.</summary>
    private static bool BeginsLikeObject(ReadOnlySpan<byte> data)
    {
        if (data.TrimStart(" \t\r\n"u8) is [(byte)'[', .. var list]) data = list;
        return data.TrimStart(" \t\r\n"u8) is [(byte)'{', .. var members] && members.TrimStart(" \t\r\n"u8) is [(byte)'"', ..];
    }
}
