using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// Finds the human-readable message in an error body: problem details (RFC 9457), OAuth error fields (RFC 6750), or the shapes
/// that APIs commonly use.
/// </summary>
internal static class ProblemText
{
    private static readonly string[] s_sentences = ["detail", "error_description", "message", "Message", "errorMessage", "description"];

    private static readonly string[] s_codes = ["error", "code"];

    private static readonly string[] s_headings = ["error", "code", "title", "status"];

    /// <param name="body">The beginning of the body.</param>
    /// <param name="isCut">True if the body is longer.</param>
    /// <param name="mediaType">The media type of the body.</param>
    public static string? From(string? body, bool isCut, string? mediaType)
    {
        if (string.IsNullOrWhiteSpace(body)) return null;
        if (mediaType is "text/html") return null;
        var start = body.AsSpan().TrimStart();
        if (start[0] is not ('{' or '[')) return ServerText.Clean(body, isCut: isCut);
        if (ServerJson.TryParse(body) is not { } json) return ServerText.Clean(body, isCut: isCut);
        return Find(json) is { } words ? ServerText.Clean(words) : ServerText.Clean(body);
    }

    private static string? Find(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array) return element.GetArrayLength() > 0 ? Find(element[0]) : null;
        if (element.ValueKind == JsonValueKind.String) return element.GetString();
        if (element.ValueKind != JsonValueKind.Object) return null;

        if (Text(element, s_sentences) is { } sentence) return Text(element, s_codes) is { } code ? $"{code}: {sentence}" : sentence;
        foreach (var name in (ReadOnlySpan<string>)["error", "errors", "fault"])
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
        foreach (var name in names)
        {
            if (element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String) return value.GetString();
        }

        return null;
    }
}
