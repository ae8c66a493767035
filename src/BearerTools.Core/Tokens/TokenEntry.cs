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
    private string? _wantedClaims;
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

    /// <summary>Whether asking again can give another token without a person.</summary>
    public bool CanRenew => (Source.CanRenew || _result is { CanBeRenewed: true }) && !_forgotten;

    /// <summary>
    /// A token that is valid now: the current one, with a renewal begun in the background when that is due,
    /// or a new one, for which the person may be asked.
    /// </summary>
    /// <exception cref="BearerTokenException">The source gives none, or the token was forgotten.</exception>
    public ValueTask<AccessToken> GetAsync(Action<string>? say, CancellationToken cancel, IUserPrompt? prompt = null)
    {
        if (_result?.Token is { } current)
        {
            var now = time.GetUtcNow();
            if (RenewalPolicy.IsValid(current, now))
            {
                Touch(now);
                if (RenewalPolicy.IsDue(current, now) && CanRenew) RenewInBackground(current, now);
                return new(current);
            }

            say?.Invoke($"Token {current.Fingerprint} has run out; getting a new one.");
            return new(JoinOrStartAsync(current, replaces: false, say, cancel, prompt));
        }

        // It would store nothing, and so ask anew for every request of a command that still runs.
        if (_forgotten) throw Removed();
        return new(JoinOrStartAsync(null, replaces: false, say, cancel, prompt));
    }

    /// <summary>A new token, whatever the current one is like.</summary>
    public Task<AccessToken> RenewAsync(Action<string>? say, CancellationToken cancel, IUserPrompt? prompt = null) =>
        JoinOrStartAsync(Current, replaces: false, say, cancel, prompt);

    /// <summary>
    /// What to send instead of a token that the API rejected: the current one if that is another, else a new one.
    /// Nothing when asking again does not help: the source cannot, gives the same again, or the last replacement was rejected too.
    /// </summary>
    /// <param name="rejected">What the API would not take.</param>
    /// <param name="say">Takes lines for <c>-Verbose</c>.</param>
    /// <param name="cancel">Ends the caller's wait.</param>
    /// <param name="claims">The claims that the API misses in it. Until a token has them, each new one is asked for with them.</param>
    public async Task<AccessToken?> ReplaceAsync(AccessToken rejected, Action<string>? say, CancellationToken cancel, string? claims = null)
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
                    say?.Invoke($"Token {rejected.Fingerprint} is new and was rejected at once; not asking for another for {RenewalPolicy.RejectionPause.TotalSeconds:0} s.");
                    return null;
                }

                if (claims is not null && Source.TakesClaims) _wantedClaims = claims;
            }
            else if (_forgotten)
            {
                return null;
            }
        }

        if (!IsStillCurrent(rejected)) return await GetAsync(say, cancel).ConfigureAwait(false);
        var replacement = await JoinOrStartAsync(rejected, replaces: true, say, cancel).ConfigureAwait(false);
        return replacement.Fingerprint == rejected.Fingerprint ? null : replacement;
    }

    /// <summary>The API took this token: a later rejection of it is worth a new one.</summary>
    public void Accepted(AccessToken token)
    {
        if (_untriedReplacement is not null && ReferenceEquals(_untriedReplacement, token)) _untriedReplacement = null;
    }

    private bool IsStillCurrent(AccessToken token) => _result?.Token is { } current && current.Fingerprint == token.Fingerprint;

    private void RenewInBackground(AccessToken current, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_operation is not null || now < _noBackgroundBefore) return;
            _noBackgroundBefore = now + RenewalPolicy.BackgroundPause(current);
        }

        _ = JoinOrStartAsync(current, replaces: false, say: null, CancellationToken.None).ContinueWith(
            static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Joins the request under way or begins one, unless a token has come since the caller looked.</summary>
    private Task<AccessToken> JoinOrStartAsync(AccessToken? seen, bool replaces, Action<string>? say, CancellationToken cancel, IUserPrompt? prompt = null)
    {
        SharedOperation<AccessToken> operation;
        lock (_gate)
        {
            // A new token would be revoked at once.
            if (_isSurrendered) throw Removed();
            if (_result?.Token is { } current && (seen is null || !IsStillCurrent(seen))) return Task.FromResult(current);
            // One that was asked for without the claims that are wanted now is of no use; it stores nothing then.
            if (_operation is { } under && _operationClaims == _wantedClaims && under.TryJoin())
            {
                _operationReplaces |= replaces;
                say?.Invoke("Waiting for the token request that is already under way.");
                operation = under;
            }
            else
            {
                _operationReplaces = replaces;
                operation = _operation = new SharedOperation<AccessToken>();
                operation.TryJoin();
                var context = new TokenRequestContext(prompt, _operationClaims = _wantedClaims);
                operation.Start(stop => AcquireAsync(operation, context, say, stop));
            }
        }

        return operation.WaitAsync(cancel);
    }

    private async Task<AccessToken> AcquireAsync(SharedOperation<AccessToken> operation, TokenRequestContext context, Action<string>? say, CancellationToken stop)
    {
        try
        {
            var response = await Source.AcquireAsync(_result, context, say, stop).ConfigureAwait(false);
            response.Token.Entry = this;
            Touch(time.GetUtcNow());
            bool isLate;
            lock (_gate)
            {
                isLate = _isSurrendered;
                if (!_forgotten && ReferenceEquals(_operation, operation))
                {
                    _result = response;
                    if (_operationClaims == _wantedClaims) _wantedClaims = null;
                    _untriedReplacement = _operationReplaces ? response.Token : null;
                    _noBackgroundBefore = DateTimeOffset.MinValue;
                }
            }

            if (isLate && Source.Authority is { } authority)
            {
                await RevokeLateAsync(authority, response, say).ConfigureAwait(false);
                throw Removed();
            }

            say?.Invoke($"Got token {response.Token.Fingerprint} by {Source.Metadata.Flow}{(response.Token.ExpiresOn is { } end ? $", valid until {end.ToLocalTime():HH:mm:ss}" : string.Empty)}.");
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
