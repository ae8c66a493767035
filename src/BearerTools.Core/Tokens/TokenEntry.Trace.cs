using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;

namespace BearerTools.Tokens;

/// <content>What the trace shows of the token.</content>
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
}
