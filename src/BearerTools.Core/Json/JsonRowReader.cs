namespace BearerTools.Json;

/// <summary>
/// Reads the bytes of a body, and returns each row as soon as it is complete. Only the incomplete row is buffered. An instance reads one
/// body at a time; <see cref="Reset"/> prepares it for the next one, keeps the cached names, and is required after an exception.
/// </summary>
internal sealed class JsonRowReader<TValue>
{
    private const int LongestToken = 1 << 20;

    private readonly JsonReadOptions _options;
    private readonly JsonDocumentParser<TValue> _document;
    private readonly BodyLineReader<TValue>? _lines;
    private readonly ServerSentEventReader<TValue>? _events;
    private readonly JsonTail _tail = new();
    private readonly JsonLenientInput<TValue>? _lenient;
    private int _markBytes; // number of bytes of a byte order mark so far; -1 when decided

    public JsonRowReader(JsonReadOptions options, IJsonBuilder<TValue> builder)
    {
        _options = options;
        // The data of an event is one document, or text.
        if (options.Format == JsonFormat.ServerSentEvents) options = options with { AllowsMany = false };
        _document = new JsonDocumentParser<TValue>(options, builder);
        if (options.IsLenient) _lenient = new JsonLenientInput<TValue>(_document, options);
        if (options.Format == JsonFormat.JsonLines) _lines = new JsonLineReader<TValue>(options, _document, _lenient);
        if (options.Format == JsonFormat.ServerSentEvents)
            _lines = _events = new ServerSentEventReader<TValue>(options, _document, _lenient);
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// The value at the path with this index in <see cref="JsonReadOptions.Captures"/>: the text of a string or number, or the JSON of an
    /// object or array that is kept; otherwise <see langword="null"/>.
    /// </summary>
    public string? Captured(int index) => _document.Captured(index);

    /// <summary>The type of the value at that path.</summary>
    public JsonCaptureKind CapturedKind(int index) => _document.CapturedKind(index);

    /// <summary>Describes what the document contains instead of that path.</summary>
    public string Found(int index) => _document.Found(index);

    /// <summary>True if the rows are elements of a list, false if there is one value.</summary>
    public bool IsEnumerated => _document.IsEnumerated;

    /// <summary>True if the body is a stream of events.</summary>
    public bool ReadsEvents => _events is not null;

    /// <summary>The id of the last event that was read; <see langword="null"/> if the stream has none.</summary>
    public string? LastEventId => _events?.LastEventId;

    /// <summary>The last reconnection time of the stream, in milliseconds; <see langword="null"/> if it states none.</summary>
    public long? ReconnectionTime => _events?.ReconnectionTime;

    /// <summary>
    /// The fault of the first event whose data begins like an object and is not valid JSON, so that it was returned as text; otherwise
    /// <see langword="null"/>.
    /// </summary>
    public JsonFormatException? Malformed => _events?.Malformed;

    /// <summary>
    /// The line of the first event without a value at <see cref="JsonReadOptions.ItemsPath"/>, from 1; 0 if there is none.
    /// </summary>
    public long PassedOver => _events?.PassedOver ?? 0;

    /// <summary>
    /// The line in which the stream ended in the middle of an event, from 1; 0 if it did not. That event has no rows, because it may be
    /// longer.
    /// </summary>
    public long CutOff => _events?.CutOff ?? 0;

    /// <summary>
    /// What is known of earlier connections to a stream that is resumed; otherwise <see langword="null"/>. Events that an earlier
    /// connection has sent have no rows.
    /// </summary>
    public EventHistory? History
    {
        get => _events?.History;
        set
        {
            if (_events is not null) _events.History = value;
        }
    }

    /// <summary>Reads bytes, and adds the rows that they complete.</summary>
    /// <exception cref="JsonFormatException">The document is invalid. The rows before the error were added.</exception>
    public void Feed(ReadOnlySpan<byte> bytes, List<TValue> rows)
    {
        if (_markBytes >= 0) bytes = SkipByteOrderMark(bytes, rows);
        if (bytes.IsEmpty) return;
        if (_lines is not null)
        {
            _lines.Feed(bytes, rows);
        }
        else if (_document.Refused is not null)
        {
            _lenient!.Feed(bytes, isFinal: false, rows);
            return;
        }
        else if (_tail.Length == 0)
        {
            _tail.Keep(bytes[_document.Parse(bytes, isFinal: false, rows)..]);
        }
        else
        {
            _tail.Append(bytes);
            if (_tail.MayHaveEnded()) _tail.Consume(_document.Parse(_tail.Bytes, isFinal: false, rows));
        }

        if (_document.Refused is not null) GoOn(isFinal: false, rows);

        if (_tail.Length > _options.MaximumRowBytes) throw _document.RowTooLarge(_tail.Bytes, 0);
        if (_tail.Length > LongestToken && !_tail.IsInString) throw _document.TokenTooLong(_tail.Bytes);
    }

    /// <summary>Ends the body, and adds the rows that this completes.</summary>
    /// <exception cref="JsonFormatException">The document is incomplete. The rows before the error were added.</exception>
    public void Complete(List<TValue> rows)
    {
        if (_markBytes > 0) NoByteOrderMark(rows);
        if (_lines is not null) _lines.Complete(rows);
        else if (_document.Refused is not null)
        {
            _lenient!.Feed([], isFinal: true, rows);
        }
        else if (_document.IsStarted || _tail.Bytes.IndexOfAnyExcept(" \t\r\n"u8) >= 0)
        {
            _tail.Consume(_document.Parse(_tail.Bytes, isFinal: true, rows));
            if (_document.Refused is not null) GoOn(isFinal: true, rows);
        }
    }

    /// <summary>Hands what the tokenizer refused to the normalizer.</summary>
    private void GoOn(bool isFinal, List<TValue> rows)
    {
        _lenient!.Begin();
        _lenient.Feed(_tail.Bytes, isFinal, rows);
        _tail.Clear();
    }

    public void Reset()
    {
        _markBytes = 0;
        _tail.Clear();
        _document.Reset();
        _lines?.Reset();
    }

    private ReadOnlySpan<byte> SkipByteOrderMark(ReadOnlySpan<byte> bytes, List<TValue> rows)
    {
        while (!bytes.IsEmpty)
        {
            if (bytes[0] != ByteOrderMark[_markBytes])
            {
                NoByteOrderMark(rows);
                break;
            }

            bytes = bytes[1..];
            if (++_markBytes < ByteOrderMark.Length) continue;
            _markBytes = -1;
            _document.Lines[0] = new JsonLine(1, 1, ByteOrderMark.Length);
            _lines?.SkipByteOrderMark(ByteOrderMark.Length);
            break;
        }

        return bytes;
    }

    /// <summary>Feeds the bytes that looked like the beginning of a byte order mark.</summary>
    private void NoByteOrderMark(List<TValue> rows)
    {
        var count = _markBytes;
        _markBytes = -1;
        Feed(ByteOrderMark[..count], rows);
    }
}
