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
    private string? _event;
    private string? _id;

    /// <summary>The id of the last event that was read. An event without one keeps that of the event before.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>The last reconnection time, in milliseconds; <see langword="null"/> if the stream states none.</summary>
    public long? ReconnectionTime { get; private set; }

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
        if (_events) EndEvent(rows);
    }

    public void Reset()
    {
        _line.Clear();
        _data.Clear();
        (_number, _offset, _afterReturn) = (1, 0, false);
        (_event, _id, LastEventId, ReconnectionTime) = (null, null, null, null);
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
        if (!line.StartsWith("data:"u8) || line.Length == "data:".Length)
        {
            if ((line.StartsWith("id:"u8) || line.SequenceEqual("id"u8)) && line.IndexOf((byte)0) < 0)
                _id = JsonText.Decode(ValueOf(line, "id"u8), escaped: false);
            else if (line.StartsWith("event:"u8)) _event = JsonText.Decode(ValueOf(line, "event"u8), escaped: false);
            else if (line.StartsWith("retry:"u8)) ReconnectionTime = Milliseconds(ValueOf(line, "retry"u8)) ?? ReconnectionTime;
            return;
        }

        if (_data.Length == 0) document.Lines.Clear();
        else _data.Append("\n"u8);
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
        // Several APIs end their stream with this marker, which is not JSON.
        if (_data.Length > 0 && !_data.Bytes.SequenceEqual("[DONE]"u8))
        {
            if (options.IncludesEvent) IncludeEvent(rows);
            else ReadEvent(rows);
        }

        _data.Clear();
        _event = null;
    }

    private void IncludeEvent(List<TValue> rows)
    {
        _rowsOfEvent.Clear();
        ReadEvent(_rowsOfEvent);
        foreach (var row in _rowsOfEvent)
            rows.Add(document.Builder.Object([s_event, s_id, s_data], [Text(_event ?? "message"), Text(_id), row], clash: false));
        _rowsOfEvent.Clear();
    }

    private TValue Text(string? text) => text is null ? document.Builder.Null() : document.Builder.Text(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads the data of an event: JSON, or else text. Data that begins like an object or a list must be one.</summary>
    private void ReadEvent(List<TValue> rows)
    {
        try
        {
            ReadDocument(_data.Bytes, rows);
        }
        catch (JsonFormatException e) when (
            e.ErrorId == JsonFormatException.InvalidId && options.ItemsPath is null
            && _data.Bytes.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..])
        {
            rows.Add(document.Builder.Text(_data.Bytes));
        }
    }

    private void Read(ReadOnlySpan<byte> line, JsonLine place, List<TValue> rows)
    {
        document.Lines.Clear();
        document.Lines.Add(place);
        ReadDocument(line, rows);
    }

    private void Guard()
    {
        // The positions of an event's lines take memory too, and exceed the data if lines are short or empty.
        var places = _data.Length > 0 ? (long)document.Lines.Count * BytesOfPlace : 0;
        if (_line.Length + _data.Length + places <= options.MaximumRowBytes) return;
        document.Begin();
        document.Lines.Clear();
        document.Lines.Add(new JsonLine(_number, 1, _offset));
        throw document.RowTooLarge([], 0);
    }

    private void ReadDocument(ReadOnlySpan<byte> bytes, List<TValue> rows)
    {
        if (bytes.IndexOfAnyExcept(" \t\r\n"u8) < 0) return;
        document.Begin();
        var consumed = document.Parse(bytes, isFinal: true, rows);
        if (document.Refused is null) return;
        lenient!.Begin();
        lenient.Feed(bytes[consumed..], isFinal: true, rows);
    }
}
