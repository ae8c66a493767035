using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Parses one JSON document, which may arrive in parts, to rows.</summary>
internal sealed partial class JsonDocumentParser<TValue>
{
    /// <summary>Longest number, in characters: the time to parse an integer grows with the square of its length.</summary>
    private const int MaximumNumberLength = 10_000;

    private const string TooDeepId = "JsonTooDeep";
    private const string TooLargeId = "JsonRowTooLarge";

    private readonly IJsonBuilder<TValue> _builder;
    private readonly JsonReadOptions _options;
    private readonly JsonStack<TValue> _stack;
    private readonly JsonReaderOptions _readerOptions;
    private readonly JsonReaderOptions _strictOptions;
    private readonly JsonPathWatch? _items;
    private readonly JsonCaptures _captures;
    private readonly bool _capturesInRows;

    private JsonReaderState _state;
    private JsonPosition _position;
    private Phase _phase;
    private bool _isStrict;
    private bool _oneRow;
    private bool _isOver;
    private bool _isSeparated; // by white space, from the document that is over
    private TValue? _scalar;
    private bool _holdsScalar;
    private long _rowStart;

    public JsonDocumentParser(JsonReadOptions options, IJsonBuilder<TValue> builder)
    {
        _options = options;
        _builder = builder;
        _stack = new JsonStack<TValue>(builder);
        _items = string.IsNullOrEmpty(options.ItemsPath) ? null : new JsonPathWatch(options.ItemsPath);
        _captures = new JsonCaptures(options.Captures, options.KeepsContainers);
        _capturesInRows = !_captures.IsEmpty && (_items is null || _captures.ReachIntoRows);

        // ConvertFrom-Json also accepts comments and trailing commas.
        _readerOptions = new JsonReaderOptions
        {
            // One more than the limit, so that this class reports the error and not the tokenizer.
            MaxDepth = Math.Min(options.Depth, int.MaxValue - 1) + 1,
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
        };
        _strictOptions = new JsonReaderOptions { MaxDepth = _readerOptions.MaxDepth };
        Reset();
    }

    private enum Phase
    {
        Start,
        Seek,
        Rows,
        After,
    }

    public IJsonBuilder<TValue> Builder => _builder;

    /// <summary>Where each line of the document is in the body. If the document is the whole body, only the first line.</summary>
    public List<JsonLine> Lines { get; } = [];

    /// <summary>
    /// The error of the token at which a lenient parser stopped; otherwise <see langword="null"/>. From then on it gets normalized bytes.
    /// </summary>
    public JsonFormatException? Refused { get; private set; }

    /// <summary>The first byte of the last token that was read, as far as a normalizer needs it.</summary>
    public byte LastToken { get; private set; }

    /// <summary>True if anything but white space has been read.</summary>
    public bool IsStarted => _phase != Phase.Start;

    /// <summary>
    /// The value at the path with this index in <see cref="JsonReadOptions.Captures"/>: the text of a string or number, or the JSON of an
    /// object or array that is kept; otherwise <see langword="null"/>.
    /// </summary>
    public string? Captured(int index) => _captures.Text(index);

    public JsonCaptureKind CapturedKind(int index) => _captures.Kind(index);

    /// <summary>Describes what the document contains instead of that path.</summary>
    public string Found(int index) => _captures.Found(index);

    /// <summary>True if names were found in the place of <see cref="JsonReadOptions.ItemsPath"/>.</summary>
    public bool HasNames => _items is { HasNames: true };

    /// <summary>True if the rows are elements of a list, false if there is one value.</summary>
    public bool IsEnumerated => !_oneRow || _options.Format != JsonFormat.Json;

    public void Reset()
    {
        Lines.Clear();
        Lines.Add(new JsonLine(1, 1, 0));
        _captures.Clear();
        (_scalar, _holdsScalar) = (default, false);
        Begin();
    }

    /// <summary>Starts the next document in the same body.</summary>
    /// <param name="isStrict">True to read only JSON (RFC 8259), whatever the options allow besides.</param>
    public void Begin(bool isStrict = false)
    {
        _isStrict = isStrict;
        _state = new JsonReaderState(isStrict ? _strictOptions : _readerOptions);
        _position = default;
        _phase = Phase.Start;
        (_isOver, _isSeparated) = (false, false);
        Refused = null;
        _stack.Clear();
        _items?.Reset();
        _captures.Begin();
    }

    /// <returns>Number of consumed bytes. The rest must be passed again, followed by more.</returns>
    public int Parse(ReadOnlySpan<byte> bytes, bool isFinal, List<TValue> rows)
    {
        var at = _options.Format == JsonFormat.Sequence && _phase == Phase.Start ? BeginNext(bytes, JsonGap.OfWhiteSpace(bytes)) : 0;
        if (at > 0 && at == bytes.Length) return at;
        while (true)
        {
            at += ParseOne(bytes[at..], isFinal, rows);
            if (!_isOver) return at;
            var gap = JsonGap.Between(bytes[at..], isFinal, out var isOpen);
            // A line or a record is complete, and its scalar must not wait for the next one.
            if (bytes.Slice(at, gap).IndexOfAny((byte)'\n', (byte)0x1e) >= 0) Release(rows);
            if (at + gap == bytes.Length || isOpen)
            {
                _position.Advance(bytes.Slice(at, gap));
                _isSeparated |= gap > 0;
                if (isFinal) Release(rows);
                return at + gap;
            }

            if (_holdsScalar && !_isSeparated && gap == 0 && !"[{\""u8.Contains(bytes[at]))
            {
                throw Fault(
                    "The body is not valid JSON: a value is followed by other text.", JsonFormatException.InvalidId, bytes[at..], 0);
            }

            at += BeginNext(bytes[at..], gap);
        }
    }

    /// <summary>Starts the next document after what separates it from the one before.</summary>
    private int BeginNext(ReadOnlySpan<byte> bytes, int gap)
    {
        _position.Advance(bytes[..gap]);
        var place = PlaceOf(_position.Line, _position.Column, _position.Consumed + Lines[0].Offset);
        Lines.Clear();
        Lines.Add(place);
        // The rest of the body is normalized too.
        var refused = Refused;
        Begin();
        Refused = refused;
        return gap;
    }

    private int ParseOne(ReadOnlySpan<byte> bytes, bool isFinal, List<TValue> rows)
    {
        var reader = new Utf8JsonReader(bytes, isFinal, _state);
        var tokens = 0L;
        try
        {
            while (!_isOver && reader.Read())
            {
                tokens++;
                if (_phase != Phase.Rows)
                {
                    Seek(ref reader, rows);
                    continue;
                }

                if (_capturesInRows) _captures.Observe(in reader);
                Build(ref reader, rows);
            }
        }
        catch (JsonException e)
        {
            var fault = Fault(TokenizerMessage(e), JsonFormatException.InvalidId, e.LineNumber ?? 0, e.BytePositionInLine ?? 0, bytes);
            if (!_options.IsLenient || _isStrict || Refused is not null) throw fault;
            Refused = fault;
            return ReadAgain(bytes, isFinal, tokens);
        }
        catch (JsonPlaceException e)
        {
            throw Fault(e.Message, e.ErrorId, bytes, (int)reader.TokenStartIndex);
        }

        _state = reader.CurrentState;
        var consumed = (int)reader.BytesConsumed;
        _position.Advance(bytes[..consumed]);
        if (_stack.Depth > 0 && _position.Consumed - _rowStart > _options.MaximumRowBytes) throw RowTooLarge(bytes, consumed);
        return consumed;
    }

    /// <summary>
    /// Returns to the state before a refused token, which the reader does not keep: reads the good tokens again, without building anything.
    /// </summary>
    private int ReadAgain(ReadOnlySpan<byte> bytes, bool isFinal, long tokens)
    {
        var reader = new Utf8JsonReader(bytes, isFinal, _state);
        for (var i = 0L; i < tokens; i++) reader.Read();
        _state = reader.CurrentState;
        LastToken = reader.TokenType switch
        {
            JsonTokenType.StartArray => (byte)'[',
            JsonTokenType.StartObject => (byte)'{',
            _ => 0,
        };
        var consumed = (int)reader.BytesConsumed;
        _position.Advance(bytes[..consumed]);
        return consumed;
    }

    public JsonFormatException RowTooLarge(ReadOnlySpan<byte> bytes, int at) =>
        Fault($"An object exceeds the limit of {_options.MaximumRowBytes} bytes.", TooLargeId, bytes, at);

    public JsonFormatException TokenTooLong(ReadOnlySpan<byte> bytes) =>
        Fault("A number, a literal or a comment is incomplete.", JsonFormatException.InvalidId, bytes, 0);

    private void Seek(ref Utf8JsonReader reader, List<TValue> rows)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) GuardDepth(in reader);
        if (_phase == Phase.Start)
        {
            if (_items is null)
            {
                BeginRows(ref reader, rows);
                return;
            }

            if (reader.TokenType != JsonTokenType.StartObject) throw NoItems("The document is not an object.");
            _phase = Phase.Seek;
            return;
        }

        _captures.Observe(in reader);
        if (_phase == Phase.After)
        {
            _isOver = _options.AllowsMany && reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject;
            return;
        }

        if (_items!.Observe(in reader)) BeginRows(ref reader, rows);
        if (_phase == Phase.Seek && !_items.IsOpen) throw NoItems(_items.Found());
    }

    private void BeginRows(ref Utf8JsonReader reader, List<TValue> rows)
    {
        _phase = Phase.Rows;
        if (_items is not null && reader.TokenType == JsonTokenType.Null)
        {
            // Some servers write null for an empty list.
            _phase = Phase.After;
            return;
        }

        _oneRow = _options.NoEnumerate || reader.TokenType != JsonTokenType.StartArray
            || (_items is null && _options.Format != JsonFormat.Json);
        // The token that begins the items has already been observed.
        if (_items is null && _capturesInRows) _captures.Observe(in reader);
        if (_oneRow) Build(ref reader, rows);
    }

    private void Build(ref Utf8JsonReader reader, List<TValue> rows)
    {
        TValue value;
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _stack.Name(in reader);
                return;
            case JsonTokenType.String:
                value = _builder.String(reader.ValueSpan, reader.ValueIsEscaped);
                break;
            case JsonTokenType.Number:
                if (reader.ValueSpan.Length > MaximumNumberLength)
                    throw new JsonPlaceException(
                        $"A number has more than {MaximumNumberLength} characters.", JsonFormatException.InvalidId);
                var isNaN = Refused is not null && reader.ValueSpan.SequenceEqual(JsonNormalizer.NaN);
                value = _builder.Number(isNaN ? "NaN"u8 : reader.ValueSpan);
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                GuardDepth(in reader);
                if (_stack.Depth == 0) _rowStart = _position.Consumed + reader.TokenStartIndex;
                _stack.Open();
                return;
            case JsonTokenType.EndObject:
                value = _stack.CloseObject();
                break;
            case JsonTokenType.EndArray when _stack.Depth == 0:
                EndRows(rows);
                return;
            case JsonTokenType.EndArray:
                value = _stack.CloseArray();
                break;
            case JsonTokenType.Null:
                value = _builder.Null();
                break;
            default:
                value = _builder.Boolean(reader.TokenType == JsonTokenType.True);
                break;
        }

        if (_stack.Depth > 0)
        {
            _stack.Push(value);
            return;
        }

        Release(rows);
        var isScalar = reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray);
        // "true story" and "404 not found" are no documents, which only their next word shows.
        if (isScalar && _oneRow && _options is { AllowsMany: true, Format: JsonFormat.Json } && _items is null)
            (_scalar, _holdsScalar) = (value, true);
        else rows.Add(value);
        if (_oneRow) EndRows(rows);
    }

    /// <summary>Adds the scalar that was read last: what follows it is another document, or nothing.</summary>
    private void Release(List<TValue> rows)
    {
        if (!_holdsScalar) return;
        rows.Add(_scalar!);
        (_scalar, _holdsScalar) = (default, false);
    }

    private void EndRows(List<TValue> rows)
    {
        if (!_oneRow) Release(rows);
        _phase = Phase.After;
        _isOver = _options.AllowsMany && _items is null;
    }

    private void GuardDepth(ref readonly Utf8JsonReader reader)
    {
        if (reader.CurrentDepth >= _options.Depth)
            throw new JsonPlaceException($"The JSON is nested deeper than {_options.Depth} levels.", TooDeepId);
    }
}
