using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>
/// What a request was authenticated with, and in which form: what the rejection of an API is about. A struct, because each response has
/// one.
/// </summary>
/// <param name="Placement">How the token was sent.</param>
/// <param name="Token">The token, or a user name and a password (RFC 7617).</param>
/// <param name="Source">Where the token is from.</param>
internal readonly record struct SentIdentity(TokenPlacement Placement, AccessToken Token, ITokenSource Source)
{
    /// <summary>True if a user name and a password were sent.</summary>
    public bool IsBasic => string.Equals(Scheme, AuthScheme.Basic, StringComparison.OrdinalIgnoreCase);

    /// <summary>True if they were given with the command, and not as a token of a connection.</summary>
    public bool IsCredential => IsBasic && Token.TokenType == AuthScheme.Basic;

    /// <summary>The scheme in the Authorization header; <see langword="null"/> without one, or for another header or a cookie.</summary>
    public string? Scheme => Token.ProofKey is not null || Placement.IsDefault ? Token.TokenType
        : Placement is { Header: null, Cookie: null, Scheme.Length: > 0 } ? Placement.Scheme
        : null;

    /// <summary>The header or cookie, with the scheme.</summary>
    public string Shown => (Token.ProofKey is null ? Placement : TokenPlacement.Default).Shown(Token.TokenType);

    /// <summary>The parameter that determines the form; <see langword="null"/> if it is the usual one.</summary>
    public string? Parameter => Token.ProofKey is not null || Placement.IsDefault ? null
        : Placement.Cookie is not null ? "-SendTokenInCookie"
        : Placement.Header is not null ? "-SendTokenInHeader"
        : "-TokenScheme";
}
