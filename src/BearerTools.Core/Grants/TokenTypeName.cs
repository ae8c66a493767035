using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>Token type names (RFC 8693 section 3): short ones for users, full ones for authorities.</summary>
internal static class TokenTypeName
{
    public const string AccessToken = "access_token";

    private const string Prefix = "urn:ietf:params:oauth:token-type:";

    /// <summary>The short names.</summary>
    public static IReadOnlyList<string> Names { get; } = [AccessToken, "refresh_token", "id_token", "saml1", "saml2", "jwt"];

    /// <summary>Returns the full name. Authorities may define their own types, which are URIs too.</summary>
    /// <exception cref="BearerTokenException">The name is neither known nor a URI.</exception>
    public static string Full(string type)
    {
        if (Names.Contains(type, StringComparer.Ordinal)) return Prefix + type;
        if (AddressParser.TryParse(type, out _)) return type;
        throw new BearerTokenException($"'{ServerText.Clean(type, 60)}' is not a known token type.")
        {
            ErrorId = "UnknownTokenTypeName",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = $"Use one of {string.Join(", ", Names)}, or the full name that the authority documents.",
        };
    }

    /// <summary>Returns true if a token is a refresh token, which is for authorities only, never for an API.</summary>
    public static bool IsRefreshToken(string? type) => type == Prefix + "refresh_token";
}
