using System.Globalization;
using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// A place in a JSON answer, as people write it: <c>data.auth.accessToken</c>, <c>items.0.token</c> or <c>items[0].token</c>,
/// with or without <c>$</c> in front. Names match exactly or, when only one does, without regard to case.
/// </summary>
internal static class JsonPath
{
    private const int NamesShown = 20;

    /// <summary>What is there, or nothing; and what it is a member of.</summary>
    public static JsonElement? Find(JsonElement root, string path, out JsonElement parent, out string reached)
    {
        var rest = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", string.Empty, StringComparison.Ordinal);
        if (rest.StartsWith("$.", StringComparison.Ordinal)) rest = rest[1..];
        rest = rest.TrimStart('.');
        parent = root;
        reached = string.Empty;
        while (true)
        {
            // The whole rest first, for names that have dots in them.
            if (Member(parent, rest) is { } found) return found;
            var dot = rest.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0 || Member(parent, rest[..dot]) is not { } next) return null;
            reached = reached.Length == 0 ? rest[..dot] : $"{reached}.{rest[..dot]}";
            parent = next;
            rest = rest[(dot + 1)..];
        }
    }

    public static JsonElement? Member(JsonElement json, string name)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < json.GetArrayLength()
                ? json[index]
                : null;
        }

        if (json.ValueKind != JsonValueKind.Object) return null;
        // As bytes: the overload for text throws for half a surrogate pair.
        if (json.TryGetProperty(Encoding.UTF8.GetBytes(name), out var exact)) return exact;
        var alike = json.EnumerateObject().Where(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)).Take(2).ToArray();
        return alike.Length == 1 ? alike[0].Value : null;
    }

    /// <summary>What is there to choose from, for an error: names, never values.</summary>
    public static string Names(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object when !json.EnumerateObject().Any() => "no names at all",
        JsonValueKind.Object => "the names " + string.Join(", ", json.EnumerateObject().Take(NamesShown).Select(p => ServerText.Clean(p.Name, 60)))
            + (json.EnumerateObject().Skip(NamesShown).Any() ? ", …" : string.Empty),
        JsonValueKind.Array => $"a list of {json.GetArrayLength()}",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
