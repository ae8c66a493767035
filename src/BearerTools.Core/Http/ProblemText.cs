using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// Finds the human-readable message in an error body: problem details (RFC 9457), OAuth error fields (RFC 6750), or the shapes
/// that APIs commonly use, with the errors of single fields.
/// </summary>
internal static class ProblemText
{
    private static readonly string[] s_sentences =
        ["detail", "error_description", "message", "Message", "errorMessage", "errorSummary", "default_message", "description"];

    private static readonly string[] s_codes = ["error", "code", "errorCode"];

    private static readonly string[] s_headings = ["error", "code", "errorCode", "title", "status"];

    private static readonly string[] s_inner = ["error", "errors", "fault", "messages"];

    private const int Longest = 1000;

    /// <param name="body">The beginning of the body.</param>
    /// <param name="isCut">True if the body is longer.</param>
    /// <param name="mediaType">The media type of the body.</param>
    /// <param name="reason">The reason phrase of the status, which a title often only repeats.</param>
    public static string? From(string? body, bool isCut, string? mediaType, string? reason = null)
    {
        if (string.IsNullOrWhiteSpace(body)) return null;
        var start = body.AsSpan().TrimStart();
        if (mediaType is "text/html" or "application/xhtml+xml" && start[0] == '<')
            return HtmlPage.TextOf(body, isCut) is { } page ? $"a page that says \"{page}\"" : null;
        if (start[0] is not ('{' or '[')) return ServerText.Sentence(body, isCut: isCut);
        if (body.Trim() is "{}" or "[]") return null;
        if (ServerJson.TryParse(body) is not { } json) return ServerText.Sentence(body, isCut: isCut);
        return Words(json, reason) is { } words ? ServerText.Sentence(words, Longest) : ServerText.Sentence(body);
    }

    private static string? Words(JsonElement problem, string? reason)
    {
        var sentence = Sentence(problem);
        var fields = FieldErrors.From(problem, sentence);
        if (fields is null && sentence is null) return Find(problem);
        var owner = OwnerOfSentence(problem);
        string?[] headings =
        [
            Text(problem, ["title"]) is { } title && !title.Equals(reason, StringComparison.OrdinalIgnoreCase) ? title : null,
            Text(owner, s_codes),
        ];
        var heading = headings.FirstOrDefault(text => text is not null && text != sentence);
        if (sentence is null) return heading is null ? fields : $"{heading}: {fields}";
        var words = heading is null ? sentence : $"{heading}: {sentence}";
        return fields is null ? words : $"{words} ({fields})";
    }

    private static string? Sentence(JsonElement problem) =>
        OwnerOfSentence(problem) is { ValueKind: JsonValueKind.Object } owner ? Text(owner, s_sentences) : null;

    /// <summary>The object with the message: the body itself, or its member error or fault.</summary>
    private static JsonElement OwnerOfSentence(JsonElement problem)
    {
        if (problem.ValueKind != JsonValueKind.Object || Text(problem, s_sentences) is not null) return problem;
        foreach (var name in (ReadOnlySpan<string>)["error", "fault"])
        {
            if (problem.TryGetProperty(name, out var inner) && inner.ValueKind == JsonValueKind.Object
                && Text(inner, s_sentences) is not null) return inner;
        }

        return problem;
    }

    private static string? Find(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array) return element.GetArrayLength() > 0 ? Find(element[0]) : null;
        if (element.ValueKind == JsonValueKind.String) return element.GetString();
        if (element.ValueKind != JsonValueKind.Object) return null;

        if (Text(element, s_sentences) is { } sentence) return Text(element, s_codes) is { } code ? $"{code}: {sentence}" : sentence;
        foreach (var name in s_inner)
        {
            if (element.TryGetProperty(name, out var inner)
                && inner.ValueKind is JsonValueKind.Object or JsonValueKind.Array
                && Find(inner) is { } words)
                return words;
        }

        return Text(element, s_headings);
    }

    private static string? Text(JsonElement element, string[] names)
    {
        if (element.ValueKind != JsonValueKind.Object) return null;
        foreach (var name in names)
        {
            if (element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String) return value.GetString();
        }

        return null;
    }
}
