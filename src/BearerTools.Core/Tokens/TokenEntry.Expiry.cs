using BearerTools.Diagnostics;

namespace BearerTools.Tokens;

/// <content>How long the token lasts, by two clocks, and what is reported about it.</content>
internal sealed partial class TokenEntry
{
    private volatile ReceivedAt? _clock;
    private int _renewalFailures;
    private volatile ShortToken? _short;

    /// <summary>
    /// The current time, to compare the token's expiry with. The system's clock may have been set back since the token was received, while
    /// the monotonic clock may stop during sleep: the later of both is right.
    /// </summary>
    private DateTimeOffset Now(AccessToken token)
    {
        var now = time.GetUtcNow();
        // Without a time of receipt, the expiry time is not relative to this machine's clock, which may have been wrong then.
        if (token.IssuedOn is null || _clock is not { } received || !ReferenceEquals(received.Token, token)) return now;
        var since = received.Time + time.GetElapsedTime(received.Timestamp);
        return since > now ? since : now;
    }

    /// <summary>True if the token lasts for that time. Warns once if a new one would not last longer.</summary>
    private bool Lasts(AccessToken token, TimeSpan minimum, IEventSink events)
    {
        var now = Now(token);
        if (token.ExpiresOn is not { } end || end - now >= minimum) return true;
        if (_short is { } known && ReferenceEquals(known.Token, token) && minimum >= known.Minimum) return true;
        if (CanRenew && !RenewalPolicy.IsNeverLonger(token, minimum)) return false;
        Accept(token, minimum, events);
        return true;
    }

    /// <summary>Notes that the token is used although it does not last long enough, because no other one would.</summary>
    private void Accept(AccessToken token, TimeSpan minimum, IEventSink events)
    {
        // That its successors are as short is no news.
        var isNews = _short is null;
        if (isNews && !events.IsEnabled(EventLevel.Warning)) return;
        _short = new ShortToken(token, minimum);
        if (isNews) events.Write(new TokenTooShort(token.Fingerprint, token.ExpiresOn, minimum, CanRenew));
    }

    /// <summary>Warns if a new token does not last long enough. It is not replaced: its successor would be like it.</summary>
    private void Check(AccessToken received, TimeSpan minimum, IEventSink events)
    {
        if (!Lasts(received, minimum, events)) Accept(received, minimum, events);
    }

    /// <summary>A token in place of one that is valid but does not last long enough. If there is none, the valid one is used.</summary>
    private async Task<AccessToken> LongerAsync(
        AccessToken current, TimeSpan minimum, TokenRequestContext context, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (Now(current) < _noBackgroundBefore && _renewalFailures > 0) return current;
        }

        try
        {
            var next = await JoinOrStartAsync(current, replaces: false, context with { MustBeNew = true }, cancel).ConfigureAwait(false);
            Check(next, minimum, context.Events);
            return next;
        }
        catch (Exception e) when (e is IBearerError && !_forgotten && RenewalPolicy.IsValid(current, Now(current)))
        {
            AfterRenewal(current, e);
            TellWarnings(context.Events);
            return current;
        }
    }

    /// <summary>The first token, with a warning if it does not last long enough.</summary>
    private async Task<AccessToken> FirstAsync(AccessToken? current, TokenRequestContext context, CancellationToken cancel)
    {
        var token = await JoinOrStartAsync(current, replaces: false, context, cancel).ConfigureAwait(false);
        Check(token, context.MinimumLifetime.GetValueOrDefault(), context.Events);
        return token;
    }

    /// <summary>Notes the failure of a renewal. Its first one is reported with the next use of the token.</summary>
    private void AfterRenewal(AccessToken current, Exception? error)
    {
        if (error is null) return;
        lock (_gate)
        {
            if (_forgotten || !IsStillCurrent(current)) return;
            var now = Now(current);
            _noBackgroundBefore = now + RenewalPolicy.BackgroundPause(current, _renewalFailures);
            if (_renewalFailures++ > 0) return;
            var cause = error is AggregateException ? error.InnerException ?? error : error;
            KeepWarning(new TokenRenewalFailed(current.Fingerprint, current.ExpiresOn, cause.Message));
        }
    }

    /// <summary>A token that is used although it lasts shorter than that.</summary>
    private sealed record ShortToken(AccessToken Token, TimeSpan Minimum);

    /// <summary>When a token was received, by both clocks.</summary>
    private sealed record ReceivedAt(AccessToken Token, DateTimeOffset Time, long Timestamp);
}
