using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Telemetry;
using BearerTools.Diagnostics.Tracing;

namespace BearerTools.Tokens;

/// <content>What the trace, spans and metrics show of the token.</content>
internal sealed partial class TokenEntry
{
    /// <summary>A sink that also writes to the trace. For the rare steps in a token's life only: it always wants its events.</summary>
    private IEventSink Traced(IEventSink events) =>
        trace is null || events is TracedEvents ? events : new TracedEvents(trace, time, events, Source.Metadata.Flow);

    private void Write(TokenEvent e, IEventSink events)
    {
        var traced = Traced(events);
        if (traced.IsEnabled(e.Level)) traced.Write(e);
    }

    private void TraceFailure(Exception e)
    {
        if (e is OperationCanceledException) return;
        trace?.Add(new TokenRecord
        {
            Time = time.GetUtcNow(),
            Text = "The token request failed.",
            Error = e.Message,
            Flow = Source.Metadata.Flow,
        });
    }

    /// <summary>Requests a token within a span.</summary>
    private async Task<AccessToken> AcquireAsync(
        SharedOperation<AccessToken> operation, TokenRequestContext context, TokenReason reason, CancellationToken stop)
    {
        using var span = TokenSpan.Begin(Source.Metadata.Flow, reason, context.Events);
        try
        {
            var token = await AcquireAsync(operation, context with { Events = span }, stop).ConfigureAwait(false);
            span.Acquired(token.Fingerprint);
            return token;
        }
        catch (Exception e)
        {
            span.Fail(e);
            throw;
        }
    }

    private TokenReason ReasonOf(bool replaces, TokenRequestContext context) =>
        replaces ? TokenReason.Rejected
        : context.MustBeNew ? TokenReason.Requested
        : Current is not { } current ? TokenReason.First
        : RenewalPolicy.IsValid(current, Now(current)) ? TokenReason.Renewal
        : TokenReason.Expired;

    private AccessToken Used(AccessToken token, IEventSink events)
    {
        if (events.IsEnabled(EventLevel.Detail))
            events.Write(new CachedTokenUsed(token.Fingerprint, Source.Metadata.Flow, token.ExpiresOn, CanRenew));
        return token;
    }
}
