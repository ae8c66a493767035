namespace BearerTools.Grants.Login;

/// <summary>What a redirect brings: the parameters of its query (RFC 6749 sections 4.1.2 and 4.1.2.1).</summary>
internal sealed class AuthorizationResponse(string query)
{
    private readonly ILookup<string, string> _parameters = query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToLookup(pair => Decode(pair[0]), pair => pair.Length > 1 ? Decode(pair[1]) : string.Empty, StringComparer.Ordinal);

    /// <summary>The value; nothing when it is not there.</summary>
    public string? this[string name] => _parameters[name].FirstOrDefault();

    /// <summary>Which of the names is there more than once, which none may be.</summary>
    public string? Repeated(params string[] names) => names.FirstOrDefault(name => _parameters[name].Skip(1).Any());

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
