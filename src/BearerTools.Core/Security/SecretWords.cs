using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BearerTools.Security;

/// <summary>
/// Masks the secrets of one request in the response to it, however short they are. <see cref="LiveSecrets"/> searches all texts for all
/// secrets, and must leave out short ones; here it is known that the server has just received them.
/// </summary>
/// <param name="values">The secrets.</param>
/// <param name="forms">Further forms in which they were sent.</param>
internal sealed class SecretWords(IEnumerable<string> values, IEnumerable<string>? forms = null)
{
    /// <summary>Shorter values are part of too many words, and ordinary words shorter than <see cref="ShortestPart"/> are too.</summary>
    private const int ShortestInside = 4;

    private const int ShortestPart = 8;

    private static readonly JsonSerializerOptions s_deep = new() { MaxDepth = 256 };

    private readonly Form[] _forms = [.. values.SelectMany(FormsOf).Concat((forms ?? []).Select(form => new Form(form, IsOrdinary(form))))
        .Where(form => !string.IsNullOrWhiteSpace(form.Text)).Distinct()];

    public static SecretWords None { get; } = new([]);

    /// <summary>The password of Basic authentication. A token is long enough to be recognised in any text.</summary>
    public static SecretWords SentWith(HttpRequestMessage? request) =>
        request?.Headers.Authorization is { Scheme: AuthScheme.Basic, Parameter: { } credentials }
        && PasswordIn(credentials) is { } password
            ? new SecretWords([password, credentials])
            : None;

    /// <summary>The password in the credentials of Basic authentication (RFC 7617), or <see langword="null"/>.</summary>
    public static string? PasswordIn(string credentials)
    {
        var bytes = new byte[credentials.Length];
        if (!Convert.TryFromBase64String(credentials, bytes, out var length)) return null;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }

    /// <summary>Replaces each secret in the text by <see cref="LiveSecrets.Mark"/>. Returns the same instance if there are none.</summary>
    public string Mask(string text)
    {
        var found = _forms.SelectMany(form => Find(text, form)).OrderBy(range => range.Start).ToArray();
        if (found.Length == 0) return text;
        var masked = new StringBuilder(text.Length);
        var position = 0;
        foreach (var (start, end) in found)
        {
            if (start >= position) masked.Append(text, position, start - position).Append(LiveSecrets.Mark);
            position = Math.Max(position, end);
        }

        return masked.Append(text, position, text.Length - position).ToString();
    }

    /// <summary>The same for the names and texts of JSON.</summary>
    public JsonElement Mask(JsonElement json) => _forms.Length == 0 ? json : JsonSerializer.SerializeToElement(Copy(json), s_deep);

    private JsonNode? Copy(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (var member in json.EnumerateObject()) members[Mask(member.Name)] = Copy(member.Value);
                return members;
            case JsonValueKind.Array:
                return new JsonArray([.. json.EnumerateArray().Select(Copy)]);
            case JsonValueKind.String:
                return JsonValue.Create(Mask(json.GetString()!));
            default:
                return JsonValue.Create(json);
        }
    }

    private static IEnumerable<(int Start, int End)> Find(string text, Form form)
    {
        for (var at = 0; at <= text.Length - form.Text.Length;)
        {
            at = text.IndexOf(form.Text, at, StringComparison.OrdinalIgnoreCase);
            if (at < 0) yield break;
            var end = at + form.Text.Length;
            if (!form.IsWord || !(ProblemWords.IsWithinWord(text, at) || ProblemWords.IsWithinWord(text, end))) yield return (at, end);
            at++;
        }
    }

    private static IEnumerable<Form> FormsOf(string value) => SecretSpelling.All(value, ShortestInside)
        .Where(form => form != value)
        .Select(form => new Form(form, false))
        .Append(new Form(value, IsOrdinary(value)))
        .Append(new Form(Misread(value), IsOrdinary(value)));

    /// <summary>Latin-1 that is read as UTF-8.</summary>
    private static string Misread(string value) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(value));

    private static bool IsOrdinary(string value) =>
        value.Length < ShortestInside || (value.Length < ShortestPart && value.All(char.IsAsciiLetter));

    /// <param name="Text">The characters.</param>
    /// <param name="IsWord">True if they are only masked as a whole word.</param>
    private sealed record Form(string Text, bool IsWord);
}
