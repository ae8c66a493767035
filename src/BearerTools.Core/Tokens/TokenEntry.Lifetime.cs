using BearerTools.Diagnostics;

namespace BearerTools.Tokens;

/// <content>The end of an entry: unused, removed, or revoked at its authority.</content>
internal sealed partial class TokenEntry
{
    /// <summary>Error id of a request for a token that was removed.</summary>
    public const string RemovedId = "TokenRemoved";

    private long _lastUse;
    private TokenResult? _unrevoked;
    private Uri? _revocationEndpoint;
    private volatile bool _forgotten;
    private volatile bool _isRevoking;

    public bool IsForgotten => _forgotten;

    /// <summary>Time when a caller last got or requested the token.</summary>
    public DateTimeOffset LastUse => new(Volatile.Read(ref _lastUse), TimeSpan.Zero);

    /// <summary>True if a token request is in progress.</summary>
    public bool IsRequesting
    {
        get
        {
            lock (_gate) return _operation is not null;
        }
    }

    public void Touch(DateTimeOffset now) => Volatile.Write(ref _lastUse, now.UtcTicks);

    /// <summary>Removes the token permanently. A token request in progress stores nothing.</summary>
    /// <param name="revokesRenewal">
    /// True to also revoke the result of a renewal in progress, which no caller receives and which would stay valid at its authority.
    /// </param>
    public void Forget(bool revokesRenewal = false)
    {
        lock (_gate)
        {
            if (revokesRenewal && _result is not null && _operation is not null) _isRevoking = true;
            _forgotten = true;
            _result = null;
        }
    }

    /// <summary>
    /// Removes the token permanently, and returns what to revoke. That is kept until <see cref="Revoked"/>, so that revocation can be
    /// retried: a refresh token that is still valid must not be lost. The result of a token request in progress is revoked when it arrives.
    /// </summary>
    /// <param name="revocationEndpoint">Revocation endpoint, or <see langword="null"/> to take it from the authority's metadata.</param>
    public TokenResult? BeginRevocation(Uri? revocationEndpoint = null)
    {
        lock (_gate)
        {
            _unrevoked = _result ?? _unrevoked;
            _revocationEndpoint = revocationEndpoint;
            _isRevoking = true;
            Forget();
            return _unrevoked;
        }
    }

    /// <summary>Called after the authority has revoked the surrendered tokens.</summary>
    public void Revoked() => _unrevoked = null;

    /// <summary>
    /// The source's token, or a typed error whatever it throws: a run ends at an error of this type, where others would be repeated
    /// for every input.
    /// </summary>
    private async Task<TokenResult> FromSourceAsync(TokenRequestContext context, CancellationToken stop)
    {
        try
        {
            return await Source.AcquireAsync(context, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or IBearerError) && !stop.IsCancellationRequested)
        {
            throw new BearerTokenException($"No token could be requested ({Source.Metadata.Flow}): {e.Message}", e)
            {
                ErrorId = "TokenSourceFailed",
                NextStep = "If the error persists, report it with the output of Get-Error.",
            };
        }
    }

    private static BearerTokenException Removed() => new("The token was removed from the cache while it was in use.")
    {
        ErrorId = RemovedId,
        NextStep = "Request another one with Get-BearerToken.",
    };

    /// <summary>Revokes a result that arrived after <see cref="BeginRevocation"/>, when it can no longer be returned.</summary>
    private async Task RevokeLateAsync(ITokenAuthority authority, TokenResult result, IEventSink events)
    {
        try
        {
            // Not the request's own cancellation token: that is cancelled when all callers have left, but the access token must still be
            // revoked.
            await authority.RevokeAsync(result, _revocationEndpoint, events, CancellationToken.None).ConfigureAwait(false);
        }
        catch (BearerTokenException e)
        {
            _unrevoked = result;
            if (events.IsEnabled(EventLevel.Warning)) events.Write(new LateRevocationFailed(result.Token.Fingerprint, e.Message));
        }
    }
}
