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

    /// <summary>Whether asking again can give another token without a person, and without a refresh token.</summary>
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

    /// <summary>A person's word to try again what was refused, and would not be sent again by itself.</summary>
    void ForgetRejection()
    {
    }

    /// <summary>Gets a new token.</summary>
    /// <param name="previous">The last answer of this source, for its refresh token; nothing the first time.</param>
    /// <param name="say">Takes lines for <c>-Verbose</c>; callable from any thread.</param>
    /// <param name="cancel">Ends the request.</param>
    /// <exception cref="BearerTokenException">The authority refused, or its answer cannot be used.</exception>
    Task<TokenResult> AcquireAsync(TokenResult? previous, Action<string>? say, CancellationToken cancel);

    /// <summary>The same with somebody there, for sources that may have to ask; the others take no notice.</summary>
    Task<TokenResult> AcquireAsync(TokenResult? previous, IUserPrompt? prompt, Action<string>? say, CancellationToken cancel) =>
        AcquireAsync(previous, say, cancel);

    /// <summary>The same with what the occasion brings besides, for sources that can make use of it; the others take no notice.</summary>
    Task<TokenResult> AcquireAsync(TokenResult? previous, TokenRequestContext context, Action<string>? say, CancellationToken cancel) =>
        AcquireAsync(previous, context.UserPrompt, say, cancel);
}

/// <summary>What a source got: the token, and the refresh token that came along.</summary>
internal sealed record TokenResult(AccessToken Token, Secret? RefreshToken = null)
{
    /// <summary>The account that it is of, when its source keeps that and can renew the token from it.</summary>
    public string? AccountId { get; init; }

    public bool CanBeRenewed => RefreshToken is not null || AccountId is not null;
}

/// <summary>On what occasion a token is asked for.</summary>
/// <param name="UserPrompt">Whoever is there; nothing when nobody may be asked.</param>
/// <param name="Claims">What an API wants the token to have, as a claims request (OpenID Connect Core section 5.5), when it rejected the last one for that.</param>
internal readonly record struct TokenRequestContext(IUserPrompt? UserPrompt = null, string? Claims = null);
