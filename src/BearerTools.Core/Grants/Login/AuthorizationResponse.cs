namespace BearerTools.Grants.Login;

/// <summary>The query parameters of a redirect (RFC 6749 sections 4.1.2 and 4.1.2.1).</summary>
internal sealed class AuthorizationResponse(string query)
{
    private readonly ILookup<string, string> _parameters = query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToLookup(pair => Decode(pair[0]), pair => pair.Length > 1 ? Decode(pair[1]) : string.Empty, StringComparer.Ordinal);

    /// <summary>The parameter's value, or <see langword="null"/> if it is missing.</summary>
    public string? this[string name] => _parameters[name].FirstOrDefault();

    /// <summary>
    /// Returns the first of the names that occurs more than once, which is not allowed; otherwise <see langword="null"/>.
    /// </summary>
    public string? Repeated(params string[] names) => names.FirstOrDefault(name => _parameters[name].Skip(1).Any());

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
