namespace BearerTools.Json;

/// <summary>The rest of a document after a token that only ConvertFrom-Json reads: normalized, then parsed.</summary>
internal sealed class JsonLenientInput<TValue>(JsonDocumentParser<TValue> document, JsonReadOptions options)
{
    private readonly JsonNormalizer _normalizer = new();
    private readonly JsonTail _tail = new();

    /// <summary>Begins at the token that the parser refused.</summary>
    public void Begin()
    {
        _normalizer.Reset(document.LastToken);
        _tail.Clear();
    }

    /// <exception cref="JsonFormatException">Neither JSON nor what ConvertFrom-Json reads.</exception>
    public void Feed(ReadOnlySpan<byte> bytes, bool isFinal, List<TValue> rows)
    {
        _normalizer.Feed(bytes, isFinal);
        _tail.Append(_normalizer.Output);
        _normalizer.Clear();
        try
        {
            _tail.Consume(document.Parse(_tail.Bytes, isFinal, rows));
        }
        catch (JsonFormatException e) when (e.ErrorId == JsonFormatException.InvalidId && !_normalizer.HasChanged)
        {
            // Its place is exact: that of what was rewritten is not.
            throw document.Refused!;
        }

        if (_normalizer.Pending + _tail.Length > options.MaximumRowBytes) throw document.RowTooLarge([], 0);
    }
}
