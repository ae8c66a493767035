using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>The readable parts of a JWT in compact form (RFC 7519, RFC 7515 section 7.1). Nothing is verified.</summary>
internal sealed record Jwt(IReadOnlyDictionary<string, object?> Header, IReadOnlyDictionary<string, object?> Claims)
{
    /// <summary>Claims that are timestamps in seconds since 1970 (NumericDate, RFC 7519 section 2).</summary>
    private static readonly HashSet<string> s_times = ["exp", "nbf", "iat", "auth_time", "updated_at"];

    /// <summary>Decodes a JWT, or returns <see langword="null"/> if the text is not a readable signed JWT.</summary>
    public static Jwt? TryRead(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) return null;
        try
        {
            return ReadObject(parts[0]) is { } header && ReadObject(parts[1]) is { } claims ? new Jwt(header, claims) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    public static DateTimeOffset? Time(IReadOnlyDictionary<string, object?>? claims, string name) =>
        claims is not null && claims.TryGetValue(name, out var value) ? value as DateTimeOffset? : null;

    public static string? Text(IReadOnlyDictionary<string, object?>? claims, string name) =>
        claims is not null && claims.TryGetValue(name, out var value) ? value as string : null;

    /// <summary>A claim that is one string or a list of strings, such as <c>aud</c> (RFC 7519 section 4.1.3).</summary>
    public static string[]? Texts(IReadOnlyDictionary<string, object?>? claims, string name) =>
        claims is null || !claims.TryGetValue(name, out var value) ? null : value switch
        {
            string text => [text],
            object?[] list => [.. list.OfType<string>()],
            _ => null,
        };

    /// <summary>Reads the members of a JSON object as claims.</summary>
    public static IReadOnlyDictionary<string, object?> ReadClaims(JsonElement json) => Members(json);

    private static Dictionary<string, object?>? ReadObject(string part)
    {
        var json = ServerJson.Parse(Base64Url.Decode(part));
        return json.ValueKind == JsonValueKind.Object ? Members(json) : null;
    }

    private static object? Convert(string? name, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Members(element),
        JsonValueKind.Array => element.EnumerateArray().Select(e => Convert(null, e)).ToArray(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => Number(name, element),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static Dictionary<string, object?> Members(JsonElement element)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject()) members[property.Name] = Convert(property.Name, property.Value);
        return members;
    }

    private static object Number(string? name, JsonElement element)
    {
        if (name is not null && s_times.Contains(name) && UnixTime.From(element.GetDouble()) is { } time) return time;
        return element.TryGetInt64(out var whole) ? (object)whole : element.GetDouble();
    }
}
