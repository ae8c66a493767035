namespace BearerTools.Json;

/// <summary>Reads bodies with several documents: one per line, or one per event (HTML Living Standard section 9.2.6).</summary>
internal sealed class JsonLineReader<TValue>(JsonReadOptions options, JsonDocumentParser<TValue> document, JsonLenientInput<TValue>? lenient)
{
    /// <summary>Size of a <see cref="JsonLine"/> in bytes.</summary>
    private const int BytesOfPlace = 3 * sizeof(long);

    private readonly bool _events = options.Format == JsonFormat.ServerSentEvents;
    private readonly JsonTail _line = new();
    private readonly JsonTail _data = new();
    private long _number = 1;
    private long _offset; // offset of the line in the body
    private bool _afterReturn;

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
        var value = line.StartsWith("data:"u8) ? line["data:".Length..] : default;
        if (value.IsEmpty) return;
        if (value[0] == (byte)' ') value = value[1..];
        if (_data.Length == 0) document.Lines.Clear();
        else _data.Append("\n"u8);
        document.Lines.Add(new JsonLine(_number, line.Length - value.Length + 1, _offset + line.Length - value.Length));
        _data.Append(value);
        Guard();
    }

    private void EndEvent(List<TValue> rows)
    {
        // Several APIs end their stream with this marker, which is not JSON.
        if (!_data.Bytes.SequenceEqual("[DONE]"u8)) ReadDocument(_data.Bytes, rows);
        _data.Clear();
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
