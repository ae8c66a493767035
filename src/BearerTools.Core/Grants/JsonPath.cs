using System.Globalization;
using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// A path in a JSON response, in the usual notations: <c>data.auth.accessToken</c>, <c>items.0.token</c>, <c>items[0].token</c> or
/// <c>items[-1].token</c> (the last one), with or without a leading <c>$</c>. Names match exactly or, if only one does,
/// case-insensitively.
/// </summary>
internal static class JsonPath
{
    private const int NamesShown = 20;

    /// <summary>
    /// Returns the element at a path, or <see langword="null"/>; also returns its parent and the path of the last element
    /// that exists.
    /// </summary>
    public static JsonElement? Find(JsonElement root, string path, out JsonElement parent, out string reached)
    {
        var rest = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", string.Empty, StringComparison.Ordinal);
        if (rest.StartsWith("$.", StringComparison.Ordinal)) rest = rest[1..];
        rest = rest.TrimStart('.');
        parent = root;
        reached = string.Empty;
        while (true)
        {
            // Tries the whole remaining path first, for names that contain dots.
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
            if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)) return null;
            var length = json.GetArrayLength();
            if (index < 0) index += length;
            return index >= 0 && index < length ? json[index] : null;
        }

        if (json.ValueKind != JsonValueKind.Object) return null;
        // As bytes: the overload for text throws for half a surrogate pair.
        if (json.TryGetProperty(Encoding.UTF8.GetBytes(name), out var exact)) return exact;
        var alike = json.EnumerateObject().Where(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)).Take(2).ToArray();
        return alike.Length == 1 ? alike[0].Value : null;
    }

    /// <summary>Describes the available names for an error message; never includes values.</summary>
    public static string Names(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object when !json.EnumerateObject().Any() => "no members",
        JsonValueKind.Object =>
            "the members " + string.Join(", ", json.EnumerateObject().Take(NamesShown).Select(p => ServerText.Clean(p.Name, 60)))
            + (json.EnumerateObject().Skip(NamesShown).Any() ? ", …" : string.Empty),
        JsonValueKind.Array => $"a list of length {json.GetArrayLength()}",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };
}
