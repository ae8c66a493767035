using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>
/// A token flow with all it needs: a grant with its client, endpoint and scopes. Immutable and safe for concurrent use; it stores no
/// token. A new flow is a new implementation of this interface.
/// </summary>
internal interface ITokenSource
{
    /// <summary>The complete cache key. Sources with equal keys may share a token.</summary>
    TokenKey Key { get; }

    /// <summary>What to display before there is a token, and defaults for what a token response omits.</summary>
    TokenMetadata Metadata { get; }

    /// <summary>True if another request can provide a new token without user interaction and without a refresh token.</summary>
    bool CanRenew { get; }

    /// <summary>
    /// True if the token can be requested again from the start, without user interaction and without anything from the previous result.
    /// The cache may then evict it.
    /// </summary>
    bool CanStartOver => CanRenew;

    /// <summary>
    /// True if the last token was requested with a credential that is not the one in the key, because its place had another one by then.
    /// The key no longer says whose token it is: a command that uses the token goes on with it, and no later one finds it.
    /// </summary>
    bool HasOtherCredential => false;

    /// <summary>The origins that the flow itself implies, such as that of a login. Usually empty.</summary>
    IEnumerable<Origin> Origins { get; }

    /// <summary>The authority that can revoke and introspect the tokens, or <see langword="null"/> if there is none.</summary>
    ITokenAuthority? Authority => null;

    /// <summary>True if the source can request a token with claims that an API asks for.</summary>
    bool TakesClaims => false;

    /// <summary>
    /// The reason, as a clause, why a token of this source must not be stored for other processes; <see langword="null"/> if it may be.
    /// </summary>
    string? NotStorableReason => null;

    /// <summary>The place that the token is read from, such as <c>env:NAME</c>; <see langword="null"/> if it is requested.</summary>
    string? Place => null;

    /// <summary>True if the token was given and is not requested: only its owner can replace it.</summary>
    bool IsGiven => false;

    /// <summary>True if other processes use the token too, so that clearing the cache of this process must not end it.</summary>
    bool IsShared => false;

    /// <summary>Allows rejected credentials to be sent again, because the user asks for it.</summary>
    void ForgetRejection()
    {
    }

    /// <summary>Requests a new token.</summary>
    /// <param name="context">The previous result, the event sink, and the user prompt.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <exception cref="BearerTokenException">The authority refused, or its response is invalid.</exception>
    Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel);
}

/// <summary>The result of a source: the token, and its refresh token if there is one.</summary>
internal sealed record TokenResult(AccessToken Token, Secret? RefreshToken = null)
{
    /// <summary>Id of the account that the source can renew the token from, or <see langword="null"/>.</summary>
    public string? AccountId { get; init; }

    /// <summary>True if it was read from a store that processes share, and not requested.</summary>
    public bool IsOfStore { get; init; }

    public bool CanBeRenewed => RefreshToken is not null || AccountId is not null;
}
