using System.Buffers.Text;
using System.Text;

namespace BearerTools.Json;

/// <summary>Reads bodies with several documents: one per line, or one per event (HTML Living Standard section 9.2.6).</summary>
internal sealed class JsonLineReader<TValue>(
    JsonReadOptions options, JsonDocumentParser<TValue> document, JsonLenientInput<TValue>? lenient)
{
    /// <summary>Size of a <see cref="JsonLine"/> in bytes.</summary>
    private const int BytesOfPlace = 3 * sizeof(long);

    private static readonly JsonName s_event = new("event");
    private static readonly JsonName s_id = new("id");
    private static readonly JsonName s_data = new("data");

    private readonly List<TValue> _rowsOfEvent = [];
    private readonly bool _events = options.Format == JsonFormat.ServerSentEvents;
    private readonly JsonTail _line = new();
    private readonly JsonTail _data = new();
    private long _number = 1;
    private long _offset; // offset of the line in the body
    private bool _afterReturn;
    private bool _hasData;
    private bool _hasOwnId;
    private bool _hasItems;
    private JsonFormatException? _withoutItems;
    private bool _isNamed;
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

    /// <inheritdoc cref="JsonRowReader{TValue}.History"/>
    public EventHistory? History { get; set; }

    public void Feed(ReadOnlySpan<byte> bytes, List<TValue> rows)
    {
        while (!bytes.IsEmpty)
        {
            if (_afterReturn)
            {
                _afterReturn = false;
                if (bytes[0] == (byte)'\n')
                {
                    _offset++;
                    bytes = bytes[1..];
                    continue;
                }
            }

            var end = _events ? bytes.IndexOfAny((byte)'\n', (byte)'\r') : bytes.IndexOf((byte)'\n');
            if (end < 0)
            {
                _line.Append(bytes);
                Guard();
                return;
            }

            EndLine(bytes[..end], rows);
            _afterReturn = bytes[end] == (byte)'\r';
            bytes = bytes[(end + 1)..];
        }
    }

    public void Complete(List<TValue> rows)
    {
        if (_line.Length > 0) EndLine([], rows);
        if (!_events) return;
        EndEvent(rows);
        // An event that comes again is passed over, so its fault is that of an earlier connection.
        if (!_hasItems && History is not { HasItems: true } && (History?.WithoutItems ?? _withoutItems) is { } fault) throw fault;
    }

    public void Reset()
    {
        _line.Clear();
        _data.Clear();
        (_number, _offset, _afterReturn, _hasData) = (1, 0, false, false);
        (_event, _id, LastEventId, ReconnectionTime, Malformed) = (null, null, null, null, null);
        (_hasOwnId, _hasItems, _withoutItems, _isNamed, PassedOver, History) = (false, false, null, false, 0, null);
    }

    public void SkipByteOrderMark(int length) => _offset = length;

    private void EndLine(ReadOnlySpan<byte> bytes, List<TValue> rows)
    {
        var line = bytes;
        if (_line.Length > 0)
        {
            _line.Append(bytes);
            line = _line.Bytes;
        }

        if (_events) Field(line, rows);
        else Read(line, new JsonLine(_number, 1, _offset), rows);
        _number++;
        _offset += line.Length + 1;
        _line.Clear();
    }

    private void Field(ReadOnlySpan<byte> line, List<TValue> rows)
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
        if (!_hasData) document.Lines.Clear();
        else _data.Append("\n"u8);
        _hasData = true;
        document.Lines.Add(new JsonLine(_number, line.Length - value.Length + 1, _offset + line.Length - value.Length));
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
        var isData = _hasData && ((options.IncludesEvent && options.ItemsPath is null) || !_data.Bytes.SequenceEqual("[DONE]"u8));
        // An event without an id of its own may be a new one.
        var isKnown = _hasData && _hasOwnId && _id is { Length: > 0 } && History?.Add(_id, _event, _data.Bytes) is true;
        if (isData && !isKnown) WriteEvent(rows);
        _data.Clear();
        (_event, _hasData, _hasOwnId) = (null, false, false);
    }

    /// <summary>Adds the rows of an event once all of them are known. An empty one has a row only if its name is wanted too.</summary>
    private void WriteEvent(List<TValue> rows)
    {
        _rowsOfEvent.Clear();
        if (_data.Length > 0) ReadEvent(_rowsOfEvent);
        else if (options.IncludesEvent && options.ItemsPath is null) _rowsOfEvent.Add(document.Builder.Text([]));
        if (!options.IncludesEvent)
        {
            rows.AddRange(_rowsOfEvent);
        }
        else
        {
            foreach (var row in _rowsOfEvent)
                rows.Add(document.Builder.Object([s_event, s_id, s_data], [Text(_event ?? "message"), Text(_id), row], clash: false));
        }

        _rowsOfEvent.Clear();
    }

    private TValue Text(string? text) => text is null ? document.Builder.Null() : document.Builder.Text(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// Reads the data of an event: text, unless all of it is JSON. What ConvertFrom-Json also reads, such as NaN, is only read in data that
    /// begins like an object with a name in quotes: a word or a log line is not.
    /// </summary>
    private void ReadEvent(List<TValue> rows)
    {
        var bytes = _data.Bytes;
        var isObject = BeginsLikeObject(bytes);
        try
        {
            if (options.ItemsPath is not null && IsBlank(bytes)) return;
            ReadDocument(bytes, rows, isStrict: !isObject);
            if (options.ItemsPath is null) return;
            _hasItems = true;
            if (History is not null) History.HasItems = true;
        }
        catch (JsonFormatException e) when (e.ErrorId == JsonFormatException.InvalidId)
        {
            if (isObject) Malformed ??= e;
            rows.Clear();
            if (options.ItemsPath is null) rows.Add(document.Builder.Text(bytes));
            else PassOver(document.NoItems());
        }
        catch (JsonFormatException e) when (e.ErrorId == JsonFormatException.NoItemsId)
        {
            PassOver(e);
        }
    }

    /// <summary>
    /// Notes an event without items, such as a heartbeat: it is an error only if no event of the stream has any. The error is that of the
    /// first event that has other names, because they show what the path should be.
    /// </summary>
    private void PassOver(JsonFormatException fault)
    {
        if (PassedOver == 0) PassedOver = document.Lines[0].Line;
        if (_withoutItems is not null && (_isNamed || !document.HasNames)) return;
        (_withoutItems, _isNamed) = (fault, document.HasNames);
        if (History is not null && (History.WithoutItems is null || document.HasNames)) History.WithoutItems = fault;
    }

    /// <summary>True for the beginning of an object that has a name, or of a list of such objects.</summary>
    private static bool BeginsLikeObject(ReadOnlySpan<byte> data)
    {
        if (data.TrimStart(" \t\r\n"u8) is [(byte)'[', .. var list]) data = list;
        return data.TrimStart(" \t\r\n"u8) is [(byte)'{', .. var members] && members.TrimStart(" \t\r\n"u8) is [(byte)'"', ..];
    }

    private static bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private void Read(ReadOnlySpan<byte> line, JsonLine place, List<TValue> rows)
    {
        document.Lines.Clear();
        document.Lines.Add(place);
        if (!IsBlank(line)) ReadDocument(line, rows, isStrict: false);
    }

    private void Guard()
    {
        // The positions of an event's lines take memory too, and exceed the data if lines are short or empty.
        var places = _hasData ? (long)document.Lines.Count * BytesOfPlace : 0;
        if (_line.Length + _data.Length + places <= options.MaximumRowBytes) return;
        document.Begin();
        document.Lines.Clear();
        document.Lines.Add(new JsonLine(_number, 1, _offset));
        throw document.RowTooLarge([], 0);
    }

    private void ReadDocument(ReadOnlySpan<byte> bytes, List<TValue> rows, bool isStrict)
    {
        document.Begin(isStrict);
        var consumed = document.Parse(bytes, isFinal: true, rows);
        if (document.Refused is null) return;
        lenient!.Begin();
        lenient.Feed(bytes[consumed..], isFinal: true, rows);
    }
}
