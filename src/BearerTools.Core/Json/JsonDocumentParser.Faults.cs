using System.Text.Json;

namespace BearerTools.Json;

/// <content>Errors, with their place in the body.</content>
internal sealed partial class JsonDocumentParser<TValue>
{
    /// <summary>The fault of an event that is not JSON, placed at its first line.</summary>
    public JsonFormatException NoItems()
    {
        _items!.Reset();
        _position = default;
        return Fault(NoItems("An event is not a JSON object.").Message, JsonFormatException.NoItemsId, 0, 0, []);
    }

    /// <summary>The error that an event reports, placed at its first line.</summary>
    /// <param name="data">The data of the event.</param>
    public JsonFormatException StreamError(ReadOnlySpan<byte> data)
    {
        var place = Lines[0];
        return new JsonFormatException($"The stream ended with an error (line {place.Line})")
        {
            ErrorId = JsonFormatException.StreamErrorId,
            Reported = JsonFormatException.Report(data),
            Line = place.Line,
            Column = place.Column,
            ByteOffset = place.Offset,
        };
    }

    private JsonPlaceException NoItems(string found) => new(
        $"The response does not contain '{_items!.Path}'. "
            + (_items.List is { } list ? $"'{list}' is a list, and -ItemsPath cannot go into its elements." : found),
        JsonFormatException.NoItemsId);

    private JsonFormatException Fault(string message, string errorId, ReadOnlySpan<byte> bytes, int at)
    {
        var position = _position;
        position.Advance(bytes[..at]);
        return Fault(message, errorId, position.Line, position.Column, bytes);
    }

    /// <summary>Replaces the tokenizer's exception, which quotes the body.</summary>
    private JsonFormatException Fault(string message, string errorId, long line, long column, ReadOnlySpan<byte> bytes)
    {
        var offset = _position.Offset(line, column, bytes) + Lines[0].Offset;
        var place = PlaceOf(line, column, offset);
        return new JsonFormatException($"{message} (line {place.Line}, column {place.Column}, byte {place.Offset})")
        {
            ErrorId = errorId,
            NextStep = NextStep(errorId),
            DocumentOffset = Lines[0].Offset,
            Line = place.Line,
            Column = place.Column,
            ByteOffset = place.Offset,
        };
    }

    private JsonLine PlaceOf(long line, long column, long offset) =>
        line < Lines.Count ? Lines[(int)line].At(column) : new JsonLine(line + Lines[0].Line, column + 1, offset);

    private string? NextStep(string errorId) => errorId switch
    {
        JsonFormatException.NoItemsId when _items!.List is { } list =>
            $"Pass the path of the list, '{list}', and select from its objects with ForEach-Object.",
        JsonFormatException.NoItemsId when _items!.Path.Contains('[', StringComparison.Ordinal) =>
            "-ItemsPath takes only names joined with dots, without an index. Pass the path of the list, and select from its objects with "
                + "ForEach-Object.",
        JsonFormatException.NoItemsId => "With -ItemsPath, pass a path that the response has.",
        TooDeepId => "Raise the limit with -Depth.",
        TooLargeId =>
            "If it contains an array of objects, give its path with -ItemsPath to get them one by one. Or save the response with -OutFile, "
                + "or raise the limit with -MaximumObjectBytes.",
        _ => null,
    };

    /// <summary>
    /// The tokenizer's message without its line numbers, which begin at 0, and without the text that it quotes for an invalid literal,
    /// which may be the whole input and depends on how the body was split.
    /// </summary>
    private static string TokenizerMessage(JsonException e)
    {
        const string Literal = "' is an invalid JSON literal";
        var text = e.Message;
        var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (end >= 0) text = text[..end];
        var quoted = text.IndexOf(Literal, StringComparison.Ordinal);
        if (quoted >= 0) text = string.Concat("this", text.AsSpan(quoted + 1));
        return $"The body is not valid JSON: {Printable.Text(text)}";
    }

    /// <summary>An error at the current token.</summary>
    private sealed class JsonPlaceException(string message, string errorId) : Exception(message)
    {
        public string ErrorId => errorId;
    }
}
