namespace BearerTools.Diagnostics.Tracing;

/// <summary>Adds events to the trace, and forwards them to a sink at the levels that it shows.</summary>
internal sealed class TracedEvents(TraceLog log, TimeProvider time, IEventSink next, string? flow) : IEventSink
{
    public bool IsEnabled(EventLevel level) => true;

    public void Write(DiagnosticEvent e)
    {
        log.Add(new TokenRecord { Time = time.GetUtcNow(), Text = EventText.Format(e), Flow = flow });
        if (next.IsEnabled(e.Level)) next.Write(e);
    }
}
