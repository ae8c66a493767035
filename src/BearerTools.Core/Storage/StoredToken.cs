using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Storage;

/// <summary>
/// A token with everything that another process needs to use and renew it, and what people want to know about it. It is found by
/// <see cref="TokenKey.Identity"/>.
/// </summary>
internal sealed record StoredToken
{
    public required Secret AccessToken { get; init; }

    public string TokenType { get; init; } = AuthScheme.Bearer;

    public DateTimeOffset? ExpiresOn { get; init; }

    public DateTimeOffset? IssuedOn { get; init; }

    public Secret? RefreshToken { get; init; }

    /// <summary>Id of the account that the source can renew the token from, or <see langword="null"/>.</summary>
    public string? AccountId { get; init; }

    /// <summary>The requested scopes.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyList<string> GrantedScopes { get; init; } = [];

    public string? Account { get; init; }

    public string? Authority { get; init; }

    public string? ClientId { get; init; }

    public string? Flow { get; init; }

    public string? IssuedTokenType { get; init; }

    /// <summary>The other members of the response. Secrets among them are not stored.</summary>
    public AdditionalMembers Additional { get; init; } = AdditionalMembers.None;

    /// <summary>
    /// The private key that the token is bound to, in PKCS#8 format; <see langword="null"/> for a bearer token. Only for stores that
    /// encrypt.
    /// </summary>
    public byte[]? ProofKey { get; init; }

    /// <summary>Time when it was stored, by the clock of this machine.</summary>
    public DateTimeOffset StoredOn { get; init; }

    /// <summary>A random value that is new each time the entry is written: it shows a change whatever the clock does.</summary>
    public string Revision { get; init; } = string.Empty;

    /// <param name="result">The result of a source.</param>
    /// <param name="requested">The source's metadata, for what was requested.</param>
    public static StoredToken Of(TokenResult result, TokenMetadata requested) => new()
    {
        AccessToken = result.Token.Value,
        TokenType = result.Token.TokenType,
        ExpiresOn = result.Token.ExpiresOn,
        IssuedOn = result.Token.IssuedOn,
        RefreshToken = result.RefreshToken,
        AccountId = result.AccountId,
        Scopes = requested.Scopes,
        GrantedScopes = result.Token.Scopes,
        Account = result.Token.Account,
        Authority = result.Token.Authority,
        ClientId = result.Token.ClientId,
        Flow = result.Token.Flow,
        IssuedTokenType = result.Token.IssuedTokenType,
        Additional = result.Token.AdditionalMembers,
    };

    public TokenResult ToResult() => new(
        new AccessToken(AccessToken, new TokenMetadata
        {
            TokenType = TokenType,
            ExpiresOn = ExpiresOn,
            IssuedOn = IssuedOn,
            Scopes = GrantedScopes,
            Account = Account,
            Authority = Authority,
            ClientId = ClientId,
            Flow = Flow,
            IssuedTokenType = IssuedTokenType,
            Additional = Additional,
        }),
        RefreshToken)
    {
        AccountId = AccountId,
    };
}
