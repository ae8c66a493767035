using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>
/// One way to a token, with all it needs: a grant bound to its client, endpoint and scopes. Immutable, and safe to use
/// from many threads; it remembers no token. Adding a way means adding a class that implements this.
/// </summary>
internal interface ITokenSource
{
    /// <summary>The complete key: equal keys may share a token.</summary>
    TokenKey Key { get; }

    /// <summary>What people are shown of it before there is a token, and the defaults for what an answer leaves out.</summary>
    TokenMetadata Metadata { get; }

    /// <summary>True if another request can give a new token without user interaction and without a refresh token.</summary>
    bool CanRenew { get; }

    /// <summary>
    /// True if its token can be requested again from the beginning without user interaction, and without anything that came with the
    /// last one: then the cache may forget it.
    /// </summary>
    bool CanStartOver => CanRenew;

    /// <summary>The origins that its tokens are for by their nature, such as that of a login. Mostly empty.</summary>
    IEnumerable<Origin> Origins { get; }

    /// <summary>Who can end its tokens or be asked about them; nothing when nobody can.</summary>
    ITokenAuthority? Authority => null;

    /// <summary>Whether it can get a token that has claims which an API asks for.</summary>
    bool TakesClaims => false;

    /// <summary>Allows credentials that were rejected to be sent again, because the user asks for it.</summary>
    void ForgetRejection()
    {
    }

    /// <summary>Gets a new token.</summary>
    /// <param name="context">What the request starts from: the token before, and who listens.</param>
    /// <param name="cancel">Ends the request.</param>
    /// <exception cref="BearerTokenException">The authority refused, or its response cannot be used.</exception>
    Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel);
}

/// <summary>What a source got: the token, and the refresh token that came along.</summary>
internal sealed record TokenResult(AccessToken Token, Secret? RefreshToken = null)
{
    /// <summary>The account that it is of, when its source keeps that and can renew the token from it.</summary>
    public string? AccountId { get; init; }

    public bool CanBeRenewed => RefreshToken is not null || AccountId is not null;
}
