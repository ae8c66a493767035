using BearerTools.Diagnostics;

namespace BearerTools.Tokens;

/// <summary>
/// One key of the cache: its source, its current token, and the one request for a new token that may be under way. Every caller of a key shares it.
/// </summary>
internal sealed partial class TokenEntry(ITokenSource source, TimeProvider time)
{
    private readonly object _gate = new();
    private volatile TokenResult? _result;
    private SharedOperation<AccessToken>? _operation;
    private bool _operationReplaces;
    private string? _operationClaims;
    private string? _requestedClaims;
    private DateTimeOffset _noBackgroundBefore = DateTimeOffset.MinValue;
    private DateTimeOffset _noReplacementBefore = DateTimeOffset.MinValue;
    private AccessToken? _untriedReplacement;

    public ITokenSource Source { get; } = source;

    public AccessToken? Current => _result?.Token;

    /// <summary>The current token while there is nothing to do about it: it is valid, and not due to be renewed.</summary>
    public AccessToken? Fresh
    {
        get
        {
            var now = time.GetUtcNow();
            return Current is { } current && RenewalPolicy.IsValid(current, now) && !RenewalPolicy.IsDue(current, now) ? current : null;
        }
    }

    /// <summary>True if the token can be renewed without user interaction.</summary>
    public bool CanRenew => (Source.CanRenew || _result is { CanBeRenewed: true }) && !_forgotten;

    /// <summary>
    /// The current token if it is valid; <see langword="null"/> if a new one has to be requested. Begins a renewal in the
    /// background when that is due.
    /// </summary>
    /// <param name="events">Receives the events of that renewal, as long as its owner takes any.</param>
    public AccessToken? Valid(IEventSink events) => Current is { } current && IsValid(current, events) ? current : null;

    /// <summary>The current token if it is valid, or a new one, for which the user may be prompted.</summary>
    /// <exception cref="BearerTokenException">The source gives none, or the token was forgotten.</exception>
    public ValueTask<AccessToken> GetAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var current = Current;
        if (current is not null)
        {
            if (IsValid(current, context.Events)) return new(current);
            if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new TokenExpired(current.Fingerprint));
        }
        else if (_forgotten)
        {
            // It would store nothing, and so ask anew for every request of a command that still runs.
            throw Removed();
        }

        return new(JoinOrStartAsync(current, replaces: false, context, cancel));
    }

    /// <summary>A new token, even if the current one is valid.</summary>
    public Task<AccessToken> RenewAsync(TokenRequestContext context, CancellationToken cancel) =>
        JoinOrStartAsync(Current, replaces: false, context, cancel);

    /// <summary>
    /// Returns the token to send instead of one that the API rejected: the current one if that is another, else a new one.
    /// <see langword="null"/> when a new request does not help: the source cannot renew, gives the same token again, or the last
    /// replacement was rejected too.
    /// </summary>
    /// <param name="rejected">The token that the API rejected.</param>
    /// <param name="context">Its claims are those that the API misses; until a token has them, each new one is requested with them.</param>
    /// <param name="cancel">Ends the caller's wait.</param>
    public async Task<AccessToken?> ReplaceAsync(AccessToken rejected, TokenRequestContext context, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (IsStillCurrent(rejected))
            {
                var now = time.GetUtcNow();
                if (!CanRenew || now < _noReplacementBefore) return null;
                if (ReferenceEquals(_untriedReplacement, _result!.Token))
                {
                    _untriedReplacement = null;
                    _noReplacementBefore = now + RenewalPolicy.RejectionPause;
                    if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new ReplacementRejected(rejected.Fingerprint, RenewalPolicy.RejectionPause));
                    return null;
                }

                if (context.Claims is not null && Source.TakesClaims) _requestedClaims = context.Claims;
            }
            else if (_forgotten)
            {
                return null;
            }
        }

        if (!IsStillCurrent(rejected)) return await GetAsync(context, cancel).ConfigureAwait(false);
        var replacement = await JoinOrStartAsync(rejected, replaces: true, context, cancel).ConfigureAwait(false);
        return replacement.Fingerprint == rejected.Fingerprint ? null : replacement;
    }

    /// <summary>The API took this token: a later rejection of it is worth a new one.</summary>
    public void Accepted(AccessToken token)
    {
        if (_untriedReplacement is not null && ReferenceEquals(_untriedReplacement, token)) _untriedReplacement = null;
    }

    /// <summary>True if a token is valid now. Begins its renewal in the background when that is due.</summary>
    private bool IsValid(AccessToken current, IEventSink events)
    {
        var now = time.GetUtcNow();
        if (!RenewalPolicy.IsValid(current, now)) return false;
        Touch(now);
        if (RenewalPolicy.IsDue(current, now) && CanRenew) RenewInBackground(current, now, events);
        return true;
    }

    private bool IsStillCurrent(AccessToken token) => _result?.Token is { } current && current.Fingerprint == token.Fingerprint;

    private void RenewInBackground(AccessToken current, DateTimeOffset now, IEventSink events)
    {
        lock (_gate)
        {
            if (_operation is not null || now < _noBackgroundBefore) return;
            _noBackgroundBefore = now + RenewalPolicy.BackgroundPause(current);
        }

        if (events.IsEnabled(EventLevel.Verbose)) events.Write(new TokenRenewalStarted(current.Fingerprint));
        var context = events == EventSink.None ? TokenRequestContext.Default : new TokenRequestContext { Events = events };
        _ = JoinOrStartAsync(current, replaces: false, context, CancellationToken.None).ContinueWith(
            static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Joins the request under way or begins one, unless a token has come since the caller looked.</summary>
    private Task<AccessToken> JoinOrStartAsync(AccessToken? seen, bool replaces, TokenRequestContext context, CancellationToken cancel)
    {
        SharedOperation<AccessToken> operation;
        lock (_gate)
        {
            // A new token would be revoked at once.
            if (_isSurrendered) throw Removed();
            if (_result?.Token is { } current && (seen is null || !IsStillCurrent(seen))) return Task.FromResult(current);
            // One that was asked for without the claims that are wanted now is of no use; it stores nothing then.
            if (_operation is { } under && _operationClaims == _requestedClaims && under.TryJoin())
            {
                _operationReplaces |= replaces;
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new TokenRequestJoined());
                operation = under;
            }
            else
            {
                _operationReplaces = replaces;
                operation = _operation = new SharedOperation<AccessToken>();
                operation.TryJoin();
                var own = context with { Claims = _operationClaims = _requestedClaims };
                operation.Start(stop => AcquireAsync(operation, own, stop));
            }
        }

        return operation.WaitAsync(cancel);
    }

    private async Task<AccessToken> AcquireAsync(SharedOperation<AccessToken> operation, TokenRequestContext context, CancellationToken stop)
    {
        try
        {
            var response = await FromSourceAsync(context with { Previous = _result }, stop).ConfigureAwait(false);
            response.Token.Entry = this;
            Touch(time.GetUtcNow());
            bool isLate;
            lock (_gate)
            {
                isLate = _isSurrendered;
                if (!_forgotten && ReferenceEquals(_operation, operation))
                {
                    _result = response;
                    if (_operationClaims == _requestedClaims) _requestedClaims = null;
                    _untriedReplacement = _operationReplaces ? response.Token : null;
                    _noBackgroundBefore = DateTimeOffset.MinValue;
                }
            }

            if (isLate && Source.Authority is { } authority)
            {
                await RevokeLateAsync(authority, response, context.Events).ConfigureAwait(false);
                throw Removed();
            }

            if (context.Events.IsEnabled(EventLevel.Verbose))
                context.Events.Write(new TokenAcquired(response.Token.Fingerprint, Source.Metadata.Flow, response.Token.ExpiresOn));
            return response.Token;
        }
        finally
        {
            lock (_gate)
            {
                if (ReferenceEquals(_operation, operation)) _operation = null;
            }
        }
    }
}
