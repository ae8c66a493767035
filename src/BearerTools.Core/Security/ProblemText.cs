using System.Text.Json;

namespace BearerTools.Security;

/// <summary>
/// Finds the human-readable message in an error body: problem details (RFC 9457), OAuth error fields (RFC 6750), or the shapes
/// that APIs commonly use, with the errors of single fields.
/// </summary>
internal static class ProblemText
{
    /// <summary>The general ones first.</summary>
    private static readonly string[] s_sentences =
    [
        "message", "Message", "errorMessage", "errorSummary", "default_message", "error_description", "description", "detail",
        "faultstring",
    ];

    /// <summary>Used if there is none of them.</summary>
    private static readonly string[] s_otherSentences = ["error_message", "msg", "reason"];

    /// <summary>Objects that replies are wrapped in.</summary>
    private static readonly string[] s_wrappers = ["data", "result", "response"];

    private static readonly string[] s_owners = ["error", "fault"];

    private static readonly string[] s_codes = ["error", "code", "errorCode"];

    private static readonly string[] s_headings = ["error", "code", "errorCode", "title", "status"];

    private static readonly string[] s_inner = ["error", "errors", "fault", "messages"];

    private const int Longest = 1000;

    /// <summary>A server may repeat the same fault for thousands of rows.</summary>
    private const int MaxErrors = 10;

    /// <param name="body">The beginning of the body.</param>
    /// <param name="isCut">True if the body is longer.</param>
    /// <param name="mediaType">The media type of the body.</param>
    /// <param name="reason">The reason phrase of the status, which a title often only repeats.</param>
    public static string? From(string? body, bool isCut, string? mediaType, string? reason = null)
    {
        if (string.IsNullOrWhiteSpace(body)) return null;
        var start = body.AsSpan().TrimStart();
        if (HtmlPage.IsType(mediaType) && start[0] == '<')
            return HtmlPage.TextOf(body, isCut) is { } page ? $"a page that says \"{page}\"" : null;
        if (start[0] is not ('{' or '[')) return ServerText.Sentence(body, isCut: isCut);
        if (body.Trim() is "{}" or "[]") return null;
        if (ServerJson.TryParse(body) is not { } json) return ServerText.Sentence(body, isCut: isCut);
        return From(json, reason) ?? ServerText.Sentence(body);
    }

    /// <summary>The same for JSON that has been read; <see langword="null"/> if it contains no message.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="reason">The reason phrase of the status.</param>
    /// <param name="isError">False if it may be something else than an error, whose members are then no names of wrong fields.</param>
    public static string? From(JsonElement json, string? reason = null, bool isError = true) =>
        Words(Unwrapped(json), reason, isError) is { } words && !string.IsNullOrWhiteSpace(words)
            ? ServerText.Sentence(words, Longest)
            : null;

    /// <summary>The content of a wrapper that is all there is, such as the <c>d</c> of OData 2, if it has an error.</summary>
    private static JsonElement Unwrapped(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) return json;
        using var members = json.EnumerateObject().GetEnumerator();
        if (!members.MoveNext()) return json;
        var only = members.Current;
        if (members.MoveNext()) return json;
        return (only.Name == "d" || s_wrappers.Contains(only.Name)) && only.Value.ValueKind == JsonValueKind.Object
            && s_inner.Any(name => only.Value.TryGetProperty(name, out _))
            ? only.Value
            : json;
    }

    private static string? Words(JsonElement problem, string? reason, bool isError)
    {
        var owners = Owners(problem).Where(each => s_sentences.Any(name => SentenceOf(each, name) is not null)).ToArray();
        var sentence = ProblemWords.Combine(owners.SelectMany(each => s_sentences.Select(name => SentenceOf(each, name))));
        sentence ??= Text(problem, s_otherSentences);
        var fields = FieldErrors.From(problem, sentence, isError);
        if (fields is null && sentence is null) return Find(problem);
        var owner = owners.Length > 0 ? owners[0] : problem;
        string?[] headings = [Text(problem, ["title"]) ?? Text(owner, ["title"]), Text(owner, s_codes)];
        var heading = headings.FirstOrDefault(text =>
            !string.IsNullOrWhiteSpace(text)
            && !text.Equals(reason, StringComparison.OrdinalIgnoreCase)
            && (sentence is null || !ProblemWords.Contains(sentence, text)));
        if (sentence is null) return heading is null ? fields : ProblemWords.Join(heading, fields!);
        var words = heading is null ? sentence : ProblemWords.Join(heading, sentence);
        return fields is null ? words : $"{words} ({fields})";
    }

    /// <summary>The objects that may have a message: the body itself, and its members error and fault.</summary>
    private static IEnumerable<JsonElement> Owners(JsonElement problem)
    {
        if (problem.ValueKind != JsonValueKind.Object) yield break;
        yield return problem;
        foreach (var name in s_owners)
        {
            if (problem.TryGetProperty(name, out var inner) && inner.ValueKind == JsonValueKind.Object) yield return inner;
        }
    }

    /// <summary>The text of a message, which OData 2 and SharePoint put into an object with its language.</summary>
    private static string? SentenceOf(JsonElement owner, string name) =>
        !owner.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : Text(value, ["value"]);

    private static string? Find(JsonElement element)
    {
        // Several errors are one message, as those of a member 'errors' are.
        if (element.ValueKind == JsonValueKind.Array)
            return ProblemWords.List(element.EnumerateArray().Take(MaxErrors).Select(Find));
        if (element.ValueKind == JsonValueKind.String) return element.GetString();
        if (element.ValueKind != JsonValueKind.Object) return null;

        if ((Text(element, s_sentences) ?? Text(element, s_otherSentences)) is { } sentence)
            return Text(element, s_codes) is { } code ? $"{code}: {sentence}" : sentence;
        foreach (var name in s_inner)
        {
            if (element.TryGetProperty(name, out var inner)
                && inner.ValueKind is JsonValueKind.Object or JsonValueKind.Array
                && Find(inner) is { } words)
                return words;
        }

        foreach (var name in s_wrappers)
        {
            if (element.TryGetProperty(name, out var inner) && (Text(inner, s_sentences) ?? Text(inner, s_otherSentences)) is { } words)
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
