using System.Text.Json;

namespace BearerTools.Security;

/// <summary>
/// Finds what an error body says about single fields: the extension members of RFC 9457 and the shapes that frameworks and large APIs
/// use, such as <c>{"errors":{"name":["is required"]}}</c> and <c>{"errors":[{"field":"name","code":"missing"}]}</c>.
/// </summary>
internal sealed class FieldErrors
{
    private const int MaxShown = 10;

    /// <summary>More are not counted either: a body may hold thousands.</summary>
    private const int MaxFound = 1000;

    private const int MaxDepth = 24;

    /// <summary>Some elements are visited again for another shape, so that a deep body could take very long.</summary>
    private const int MaxVisits = 20_000;

    private const int LongestText = 300;

    private static readonly string[] s_lists =
    [
        "errors", "fieldErrors", "validationErrors", "violations", "fieldViolations", "invalidParams", "invalid-params", "invalid_params",
        "issues", "details", "modelState", "ModelState", "messages", "errorMessages",
        "causes",
    ];

    private static readonly string[] s_inner = ["error", "fault", "innererror", "innerError"];

    private static readonly string[] s_fields =
    [
        "field", "path", "pointer", "propertyName", "property", "param", "parameter", "attribute", "target", "name", "loc",
    ];

    private static readonly string[] s_texts =
        ["message", "description", "defaultMessage", "default_message", "errorMessage", "msg", "reason"];

    /// <summary>Used if there is no text.</summary>
    private static readonly string[] s_codes = ["error", "code"];

    /// <summary>Members that are a list or an object where others have a sentence: FastAPI, NestJS, GitLab.</summary>
    private static readonly string[] s_sentences = ["detail", "message", "error"];

    private readonly List<string> _found = [];
    private readonly string? _sentence;
    private int _visits;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private FieldErrors(string? sentence)
    {
        _sentence = sentence;
    }

    /// <summary>The errors of the fields as one text, bounded and cleaned; <see langword="null"/> if there are none.</summary>
    /// <param name="problem">The body.</param>
    /// <param name="sentence">The message that is shown anyway, and not repeated.</param>
    /// <param name="areMembers">True if the members of the body may be names of fields.</param>
    public static string? From(JsonElement problem, string? sentence, bool areMembers = true)
    {
        var errors = new FieldErrors(sentence);
        errors.Descend(problem, 0);
        // Django REST framework: the fields are the members of the body.
        if (areMembers && errors._found.Count == 0 && sentence is null)
        {
            if (problem.ValueKind == JsonValueKind.Object && errors.AreFields(problem)) errors.Fields(problem, null, 0);
            else if (HasObjects(problem) && errors.AreFields(problem)) errors.List(problem, null, 0);
        }

        return errors.Joined();
    }

    private static bool HasObjects(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array && list.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Object);

    /// <summary>True if each member of an object is a list of texts, or such an object or a list of these.</summary>
    private bool AreFields(JsonElement item, int depth = 0) => depth <= MaxDepth && ++_visits <= MaxVisits && item.ValueKind switch
    {
        JsonValueKind.Object => item.EnumerateObject().All(member => AreFields(member.Value, depth + 1)),
        JsonValueKind.Array => item.EnumerateArray().All(text =>
            text.ValueKind == JsonValueKind.String || (text.ValueKind == JsonValueKind.Object && AreFields(text, depth + 1))),
        _ => false,
    };

    private string? Joined()
    {
        if (_found.Count == 0) return null;
        var text = string.Join("; ", _found.Take(MaxShown));
        return _found.Count > MaxShown ? $"{text}; and {_found.Count - MaxShown} more" : text;
    }

    private void Descend(JsonElement problem, int depth)
    {
        if (problem.ValueKind != JsonValueKind.Object || depth > MaxDepth) return;
        foreach (var member in problem.EnumerateObject())
        {
            if (s_lists.Contains(member.Name)) List(member.Value, null, depth + 1);
            else if (s_inner.Contains(member.Name) && member.Value.ValueKind == JsonValueKind.Object) Inner(member, depth + 1);
            else if (s_sentences.Contains(member.Name)) Sentence(member.Value, depth + 1);
        }
    }

    private void Sentence(JsonElement value, int depth)
    {
        if (value.ValueKind == JsonValueKind.Array) List(value, null, depth);
        if (value.ValueKind != JsonValueKind.Object || Text(value, "value") is not null) return;
        if (TextOf(value) is not null) Item(value, null, depth);
        else List(value, null, depth);
    }

    private void Inner(JsonProperty member, int depth)
    {
        // The outermost error is the sentence itself; the ones inside say more.
        if (depth > 1 || member.Name.StartsWith("inner", StringComparison.Ordinal)) Item(member.Value, null, depth);
        else Descend(member.Value, depth);
    }

    private void List(JsonElement list, string? field, int depth)
    {
        if (depth > MaxDepth || ++_visits > MaxVisits) return;
        switch (list.ValueKind)
        {
            case JsonValueKind.String:
                Add(field, list.GetString()!);
                break;
            case JsonValueKind.Array:
                foreach (var item in list.EnumerateArray()) Item(item, field, depth + 1);
                break;
            case JsonValueKind.Object when IsResource(list):
                Descend(list, depth);
                break;
            case JsonValueKind.Object:
                foreach (var member in list.EnumerateObject())
                {
                    if (member.Value.ValueKind == JsonValueKind.Object) Item(member.Value, Joined(field, member.Name), depth + 1);
                    else List(member.Value, Joined(field, member.Name), depth + 1);
                }

                break;
        }
    }

    private void Item(JsonElement item, string? field, int depth)
    {
        if (depth > MaxDepth || ++_visits > MaxVisits) return;
        if (item.ValueKind != JsonValueKind.Object)
        {
            List(item, field, depth);
            return;
        }

        var text = TextOf(item);
        if (text is not null) Add(FieldOf(item) ?? field, text);
        var found = _found.Count;
        Descend(item, depth);
        // Rails and others: the fields of an object within a list.
        if (text is null && _found.Count == found && (field is not null || AreFields(item))) Fields(item, field, depth);
        // The message of an object, beside those of its fields.
        if (text is not null && _found.Count == found && field is not null) Fields(item, field, depth, AreSentences);
    }

    /// <summary>True for what Kubernetes says of the object that an error is about.</summary>
    private static bool IsResource(JsonElement details) =>
        (details.TryGetProperty("causes", out var causes) && causes.ValueKind == JsonValueKind.Array)
        || (Text(details, "name") is not null && Text(details, "kind") is not null);

    private static bool AreSentences(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 && list.EnumerateArray().All(IsSentence);

    private static bool IsSentence(JsonElement text) =>
        text.ValueKind == JsonValueKind.String && text.GetString()!.Contains(' ', StringComparison.Ordinal);

    /// <summary>Lists and objects, and sentences about a field: other members are not messages.</summary>
    private void Fields(JsonElement item, string? field, int depth, Func<JsonElement, bool>? isMessage = null)
    {
        foreach (var member in item.EnumerateObject())
        {
            if (isMessage is not null && !isMessage(member.Value)) continue;
            if (field is not null && IsSentence(member.Value)) Add(Joined(field, member.Name), member.Value.GetString()!);
            else if (member.Value.ValueKind == JsonValueKind.Array) List(member.Value, Joined(field, member.Name), depth + 1);
            else if (member.Value.ValueKind == JsonValueKind.Object) Item(member.Value, Joined(field, member.Name), depth + 1);
        }
    }

    /// <summary>Title, message and detail, or else the code.</summary>
    private static string? TextOf(JsonElement item)
    {
        return ProblemWords.Combine([Text(item, "title"), First(s_texts), Text(item, "detail")]) ?? First(s_codes);

        string? First(string[] names) => names.Select(name => Text(item, name)).FirstOrDefault(found => !string.IsNullOrWhiteSpace(found));
    }

    private static string? FieldOf(JsonElement item)
    {
        var field = s_fields.Select(name => PathText(item, name)).FirstOrDefault(found => !string.IsNullOrEmpty(found));
        // JSON:API.
        if (field is null && item.TryGetProperty("source", out var source) && source.ValueKind == JsonValueKind.Object)
            field = Text(source, "pointer") ?? Text(source, "parameter");
        // GitHub.
        return field is not null && Text(item, "resource") is { Length: > 0 } resource ? $"{resource}.{field}" : field;
    }

    private static string? PathText(JsonElement item, string name)
    {
        if (!item.TryGetProperty(name, out var value)) return null;
        return value.ValueKind == JsonValueKind.Array
            ? string.Join(
                '.',
                value.EnumerateArray()
                    .Where(part => part.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                    .Select(part => part.ToString()))
            : Text(item, name);
    }

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Joined(string? outer, string name) => outer is null ? name : $"{outer}.{name}";

    private void Add(string? field, string text)
    {
        if (_found.Count >= MaxFound || (field is null && _sentence is not null && ProblemWords.Contains(_sentence, text))) return;
        var shown = ServerText.Sentence(text, LongestText);
        if (field is not null) shown = $"{ServerText.Clean(field, LongestText)}: {shown}";
        if (shown.Length > 0 && _known.Add(shown)) _found.Add(shown);
    }
}
