namespace BearerTools.Json;

/// <summary>Divides a body with several documents into lines.</summary>
internal abstract class BodyLineReader<TValue>(
    JsonReadOptions options, JsonDocumentParser<TValue> document, JsonLenientInput<TValue>? lenient)
{
    private readonly JsonTail _line = new();
    private bool _afterReturn;

    /// <summary>The rows of a document.</summary>
    protected JsonDocumentParser<TValue> Document => document;

    protected JsonReadOptions Options => options;

    /// <summary>The place of the current line in the body.</summary>
    protected JsonLine Place { get; private set; } = new(1, 1, 0);

    /// <summary>True if a CR ends a line too.</summary>
    protected abstract bool EndsAtReturn { get; }

    /// <summary>True if the last line has no end so far.</summary>
    protected bool HasOpenLine => _line.Length > 0;

    /// <summary>Size of what is kept of earlier lines, in bytes.</summary>
    protected virtual long Kept => 0;

    public void Feed(ReadOnlySpan<byte> bytes, List<TValue> rows)
    {
        while (!bytes.IsEmpty)
        {
            if (_afterReturn)
            {
                _afterReturn = false;
                if (bytes[0] == (byte)'\n')
                {
                    Place = Place with { Offset = Place.Offset + 1 };
                    bytes = bytes[1..];
                    continue;
                }
            }

            var end = EndsAtReturn ? bytes.IndexOfAny((byte)'\n', (byte)'\r') : bytes.IndexOf((byte)'\n');
            if (end < 0)
            {
                _line.Append(bytes);
                Guard();
                return;
            }

            EndLine(bytes[..end], rows);
            _afterReturn = EndsAtReturn && bytes[end] == (byte)'\r';
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Ends the body. The last line may lack its end.</summary>
    public virtual void Complete(List<TValue> rows)
    {
        if (_line.Length > 0) EndLine([], rows);
    }

    public virtual void Reset()
    {
        _line.Clear();
        _afterReturn = false;
        Place = new JsonLine(1, 1, 0);
    }

    public void SkipByteOrderMark(int length) => Place = Place with { Offset = length };

    protected abstract void Read(ReadOnlySpan<byte> line, List<TValue> rows);

    protected void ReadDocument(ReadOnlySpan<byte> bytes, List<TValue> rows, bool isStrict)
    {
        document.Begin(isStrict);
        var consumed = document.Parse(bytes, isFinal: true, rows);
        if (document.Refused is null) return;
        lenient!.Begin();
        lenient.Feed(bytes[consumed..], isFinal: true, rows);
    }

    protected static bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    /// <exception cref="JsonFormatException">The lines of a row are too long.</exception>
    protected void Guard()
    {
        if (_line.Length + Kept <= options.MaximumRowBytes) return;
        document.Begin();
        document.Lines.Clear();
        document.Lines.Add(Place);
        throw document.RowTooLarge([], 0);
    }

    private void EndLine(ReadOnlySpan<byte> bytes, List<TValue> rows)
    {
        var line = bytes;
        if (_line.Length > 0)
        {
            _line.Append(bytes);
            line = _line.Bytes;
        }

        Read(line, rows);
        Place = new JsonLine(Place.Line + 1, 1, Place.Offset + line.Length + 1);
        _line.Clear();
    }
}
