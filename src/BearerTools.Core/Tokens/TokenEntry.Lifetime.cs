using BearerTools.Diagnostics;

namespace BearerTools.Tokens;

/// <content>How an entry ends: unused, forgotten, or revoked at its authority.</content>
internal sealed partial class TokenEntry
{
    /// <summary>The error of a request for a token that was removed.</summary>
    public const string RemovedId = "TokenRemoved";

    private long _lastUse;
    private TokenResult? _unrevoked;
    private Uri? _revocationEndpoint;
    private volatile bool _forgotten;
    private volatile bool _isSurrendered;

    public bool IsForgotten => _forgotten;

    /// <summary>When a caller last got its token, or asked for it.</summary>
    public DateTimeOffset LastUse => new(Volatile.Read(ref _lastUse), TimeSpan.Zero);

    /// <summary>Whether a request for a token is under way.</summary>
    public bool IsRequesting
    {
        get
        {
            lock (_gate) return _operation is not null;
        }
    }

    public void Touch(DateTimeOffset now) => Volatile.Write(ref _lastUse, now.UtcTicks);

    /// <summary>Forgets the token for good: a request that is in progress stores nothing.</summary>
    /// <param name="revokesRenewal">
    /// True to also revoke the result of a renewal that is in progress: nobody knows it, and it would stay valid at its authority.
    /// </param>
    public void Forget(bool revokesRenewal = false)
    {
        lock (_gate)
        {
            if (revokesRenewal && _result is not null && _operation is not null) _isSurrendered = true;
            _forgotten = true;
            _result = null;
        }
    }

    /// <summary>
    /// Forgets the token for good, and returns what its authority has to revoke. That is kept until <see cref="Revoked"/>, so that
    /// it can be tried again: a refresh token that is still valid must not be lost. The result of a request that is under way is
    /// revoked when it ends.
    /// </summary>
    /// <param name="revocationEndpoint">Where to revoke; <see langword="null"/> if the authority's metadata says it.</param>
    public TokenResult? Surrender(Uri? revocationEndpoint = null)
    {
        lock (_gate)
        {
            _unrevoked = _result ?? _unrevoked;
            _revocationEndpoint = revocationEndpoint;
            _isSurrendered = true;
            Forget();
            return _unrevoked;
        }
    }

    /// <summary>The authority has revoked what was surrendered.</summary>
    public void Revoked() => _unrevoked = null;

    /// <summary>
    /// The source's token, or a typed error whatever it throws: a run ends at an error of this type, where others would be repeated for every input.
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
        NextStep = "Get one again with Get-BearerToken.",
    };

    /// <summary>Revokes what came after <see cref="Surrender"/>. Nothing can be returned then.</summary>
    private async Task RevokeLateAsync(ITokenAuthority authority, TokenResult result, IEventSink events)
    {
        try
        {
            // Not the request's own token: it is cancelled when all callers have left, and the token must not outlive that.
            await authority.RevokeAsync(result, _revocationEndpoint, events, CancellationToken.None).ConfigureAwait(false);
        }
        catch (BearerTokenException e)
        {
            _unrevoked = result;
            if (events.IsEnabled(EventLevel.Warning)) events.Write(new LateRevocationFailed(result.Token.Fingerprint, e.Message));
        }
    }
}
