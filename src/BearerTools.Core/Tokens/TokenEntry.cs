using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Telemetry;
using BearerTools.Diagnostics.Tracing;

namespace BearerTools.Tokens;

/// <summary>
/// A cache entry: the source, the current token, and the token request in progress, if any. All callers with the same key share it.
/// </summary>
internal sealed partial class TokenEntry(ITokenSource source, TimeProvider time, TraceLog? trace = null)
{
    private readonly object _gate = new();
    private volatile TokenResult? _result;
    private SharedOperation<AccessToken>? _operation;
    private bool _operationReplaces;
    private string? _operationClaims;
    private string? _requiredClaims;
    private DateTimeOffset _noBackgroundBefore = DateTimeOffset.MinValue;
    private DateTimeOffset _noReplacementBefore = DateTimeOffset.MinValue;
    private AccessToken? _untriedReplacement;
    private long _usableUntil;

    public ITokenSource Source { get; } = source;

    public AccessToken? Current => _result?.Token;

    /// <summary>The current token if it is valid and not due for renewal, else <see langword="null"/>.</summary>
    public AccessToken? Fresh
    {
        get
        {
            if (Current is not { } current) return null;
            var now = Now(current);
            if (IsUsedAlthoughExpired(now)) return current;
            return RenewalPolicy.IsValid(current, now) && !RenewalPolicy.IsDue(current, now) ? current : null;
        }
    }

    /// <summary>True if the token can be renewed without user interaction.</summary>
    public bool CanRenew => (Source.CanRenew || _result is { CanBeRenewed: true }) && !_forgotten;

    /// <summary>
    /// The current token if it is valid, else <see langword="null"/>. Starts a background renewal if that is due.
    /// </summary>
    /// <param name="events">Receives the events of that renewal, and the warnings of the last one.</param>
    /// <param name="minimum">The time that the token has to last, or <see langword="null"/>.</param>
    public AccessToken? Valid(IEventSink events, TimeSpan? minimum = null) =>
        Current is { } current && IsValid(current, events) && (minimum is null || Lasts(current, minimum.Value, events))
            ? Used(current, events)
            : null;

    /// <summary>The current token if it is valid, else a new one, for which the user may be prompted.</summary>
    /// <exception cref="BearerTokenException">The source provides none, or the token was removed.</exception>
    public ValueTask<AccessToken> GetAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var current = Current;
        if (current is not null)
        {
            if (IsValid(current, context.Events))
            {
                return context.MinimumLifetime is not { } minimum || Lasts(current, minimum, context.Events)
                    ? new(Used(current, context.Events))
                    : new(LongerAsync(current, minimum, context, cancel));
            }

            Write(new TokenExpired(current.Fingerprint), context.Events);
        }
        else if (_forgotten)
        {
            // A removed entry stores nothing, so a running command would request a token for every request.
            throw Removed();
        }

        return context.MinimumLifetime is null
            ? new(JoinOrStartAsync(current, replaces: false, context, cancel))
            : new(FirstAsync(current, context, cancel));
    }

    /// <summary>Requests a new token, even if the current one is valid.</summary>
    public Task<AccessToken> RenewAsync(TokenRequestContext context, CancellationToken cancel) =>
        JoinOrStartAsync(Current, replaces: false, context with { MustBeNew = true }, cancel);

    /// <summary>
    /// Returns the token to send instead of one that the API rejected: the current one if it is another, else a new one.
    /// <see langword="null"/> if a new token does not help: the source cannot renew or returns the same token, or the last replacement was
    /// rejected too.
    /// </summary>
    /// <param name="rejected">The token that the API rejected.</param>
    /// <param name="context">With the claims that the API requires; they are part of each request until a token has them.</param>
    /// <param name="cancel">Cancels the caller's wait.</param>
    public async Task<AccessToken?> ReplaceAsync(AccessToken rejected, TokenRequestContext context, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (IsStillCurrent(rejected))
            {
                if (!CanRenew || time.GetUtcNow() < _noReplacementBefore) return null;
                if (ReferenceEquals(_untriedReplacement, _result!.Token))
                {
                    PauseReplacements(new ReplacementRejected(rejected.Fingerprint, RenewalPolicy.RejectionPause), context.Events);
                    return null;
                }

                if (context.Claims is not null && Source.TakesClaims) _requiredClaims = context.Claims;
            }
            else if (_forgotten)
            {
                return null;
            }
        }

        if (!IsStillCurrent(rejected)) return await GetAsync(context, cancel).ConfigureAwait(false);
        var replacement = await JoinOrStartAsync(rejected, replaces: true, context, cancel).ConfigureAwait(false);
        if (replacement.Fingerprint != rejected.Fingerprint) return replacement;
        lock (_gate)
        {
            if (time.GetUtcNow() >= _noReplacementBefore)
                PauseReplacements(new TokenUnchanged(rejected.Fingerprint, Source.Place), context.Events);
        }

        return null;
    }

    /// <summary>
    /// Called when the API has rejected a token that had just replaced a rejected one. The reason is then the request and not the token, as
    /// at an API that uses 401 for "not permitted": no token is replaced for a while, even if the API accepts other requests.
    /// </summary>
    public void Rejected(AccessToken replacement, IEventSink events)
    {
        lock (_gate)
        {
            if (IsStillCurrent(replacement) && time.GetUtcNow() >= _noReplacementBefore)
                PauseReplacements(new ReplacementRejected(replacement.Fingerprint, RenewalPolicy.RejectionPause), events);
        }
    }

    /// <summary>The caller must hold the lock.</summary>
    private void PauseReplacements(TokenEvent why, IEventSink events)
    {
        _untriedReplacement = null;
        _noReplacementBefore = time.GetUtcNow() + RenewalPolicy.RejectionPause;
        Write(why, events);
    }

    /// <summary>Called when the API has accepted a token, so that it is replaced if it is rejected later.</summary>
    public void Accepted(AccessToken token)
    {
        if (_untriedReplacement is not null && ReferenceEquals(_untriedReplacement, token)) _untriedReplacement = null;
    }

    /// <summary>True if the token is valid. Starts its background renewal if that is due.</summary>
    private bool IsValid(AccessToken current, IEventSink events)
    {
        var now = Now(current);
        if (_warnings.Length > 0) TellWarnings(events);
        if (!RenewalPolicy.IsValid(current, now))
        {
            if (!IsUsedAlthoughExpired(now)) return false;
            Touch(now);
            return true;
        }

        Touch(now);
        if (RenewalPolicy.IsDue(current, now) && CanRenew) RenewInBackground(current, now, events);
        return true;
    }

    /// <summary>
    /// True for a while after a token arrived that had already expired. It is used until the API rejects it: by a clock that is wrong,
    /// its successor has expired too, and a token would be requested for every request.
    /// </summary>
    private bool IsUsedAlthoughExpired(DateTimeOffset now) => now.UtcTicks < Volatile.Read(ref _usableUntil);

    private bool IsStillCurrent(AccessToken token) => _result?.Token is { } current && current.Fingerprint == token.Fingerprint;

    private void RenewInBackground(AccessToken current, DateTimeOffset now, IEventSink events)
    {
        lock (_gate)
        {
            if (_operation is not null || now < _noBackgroundBefore) return;
            _noBackgroundBefore = now + RenewalPolicy.BackgroundPause(current, _renewalFailures);
        }

        Write(new TokenRenewalStarted(current.Fingerprint), events);
        var context = new TokenRequestContext { Events = new BackgroundEvents(this, events) };
        _ = JoinOrStartAsync(current, replaces: false, context, CancellationToken.None).ContinueWith(
            done => AfterRenewal(current, done.Exception), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Joins the token request in progress or starts one, unless a token has arrived since the caller looked.</summary>
    private Task<AccessToken> JoinOrStartAsync(AccessToken? seen, bool replaces, TokenRequestContext context, CancellationToken cancel)
    {
        SharedOperation<AccessToken> operation;
        lock (_gate)
        {
            // A new token would be revoked immediately.
            if (_isRevoking) throw Removed();
            if (_result?.Token is { } current && (seen is null || !IsStillCurrent(seen))) return Task.FromResult(current);
            // A request without the claims that are required now does not help; its result is not stored.
            if (_operation is { } under && _operationClaims == _requiredClaims && under.TryJoin())
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
                var own = context with { Claims = _operationClaims = _requiredClaims, Events = Traced(context.Events) };
                var reason = ReasonOf(replaces, context);
                if (context.Events.IsEnabled(EventLevel.Detail))
                    context.Events.Write(new TokenRequestStarted(reason, Source.Metadata.Flow, Current?.Fingerprint, Source.IsShared));
                operation.Start(stop => TokenSpan.IsListenedTo
                    ? AcquireAsync(operation, own, reason, stop)
                    : AcquireAsync(operation, own, stop));
            }
        }

        return operation.WaitAsync(cancel);
    }

    private async Task<AccessToken> AcquireAsync(
        SharedOperation<AccessToken> operation, TokenRequestContext context, CancellationToken stop)
    {
        try
        {
            var response = await FromSourceAsync(context with { Previous = _result }, stop).ConfigureAwait(false);
            response.Token.Entry = this;
            var now = time.GetUtcNow();
            Touch(now);
            var hasExpired = !RenewalPolicy.IsValid(response.Token, now);
            bool isLate;
            lock (_gate)
            {
                isLate = _isRevoking;
                if (!_forgotten && ReferenceEquals(_operation, operation))
                {
                    _clock = new ReceivedAt(response.Token, now, time.GetTimestamp());
                    _result = response;
                    _renewalFailures = 0;
                    DropFailures();
                    Volatile.Write(ref _usableUntil, hasExpired ? (now + RenewalPolicy.RejectionPause).UtcTicks : 0);
                    if (_operationClaims == _requiredClaims) _requiredClaims = null;
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
            {
                context.Events.Write(new TokenAcquired(response.Token.Fingerprint, Source.Metadata.Flow, response.Token.ExpiresOn)
                {
                    IsOfStore = response.IsOfStore,
                });
            }

            if (hasExpired && context.Events.IsEnabled(EventLevel.Warning))
            {
                context.Events.Write(new TokenExpiredOnArrival(
                    response.Token.Fingerprint, response.Token.ExpiresOn.GetValueOrDefault(), RenewalPolicy.RejectionPause)
                {
                    HasNoLifetime = response.Token.ExpiresOn == response.Token.IssuedOn,
                });
            }

            return response.Token;
        }
        catch (Exception e)
        {
            TraceFailure(e);
            throw;
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
