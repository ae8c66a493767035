namespace BearerTools.Json;

/// <summary>Reads bodies with one document per line (JSON Lines).</summary>
internal sealed class JsonLineReader<TValue>(
    JsonReadOptions options, JsonDocumentParser<TValue> document, JsonLenientInput<TValue>? lenient)
    : BodyLineReader<TValue>(options, document, lenient)
{
    protected override bool EndsAtReturn => false;

    protected override void Read(ReadOnlySpan<byte> line, List<TValue> rows)
    {
        Document.Lines.Clear();
        Document.Lines.Add(Place);
        if (IsBlank(line)) return;
        try
        {
            ReadDocument(line, rows, isStrict: false);
        }
        catch (JsonFormatException e) when (e.ErrorId == JsonFormatException.NoItemsId)
        {
            throw e.With(JsonFormatException.Report(line));
        }
    }
}
