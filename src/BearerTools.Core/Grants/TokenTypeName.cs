using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>What kind of token a token is (RFC 8693 section 3): short for people, in full for authorities.</summary>
internal static class TokenTypeName
{
    public const string AccessToken = "access_token";

    private const string Prefix = "urn:ietf:params:oauth:token-type:";

    /// <summary>The short names.</summary>
    public static IReadOnlyList<string> Names { get; } = [AccessToken, "refresh_token", "id_token", "saml1", "saml2", "jwt"];

    /// <summary>In full. Authorities have types of their own, which are addresses too.</summary>
    /// <exception cref="BearerTokenException">It is neither a known name nor an address.</exception>
    public static string Full(string type)
    {
        if (Names.Contains(type, StringComparer.Ordinal)) return Prefix + type;
        if (Uri.TryCreate(type, UriKind.Absolute, out _)) return type;
        throw new BearerTokenException($"'{ServerText.Clean(type, 60)}' is no type of token that is known here.")
        {
            ErrorId = "UnknownTokenTypeName",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = $"Give one of {string.Join(", ", Names)}, or the whole name that the authority documents.",
        };
    }

    /// <summary>Whether a token is meant for authorities only, and never for an API.</summary>
    public static bool IsRefreshToken(string? type) => type == Prefix + "refresh_token";
}
