namespace BearerTools.Diagnostics.Tracing;

/// <summary>Adds events to the trace, and forwards them to a sink at the levels that it shows.</summary>
internal sealed class TracedEvents(TraceLog log, TimeProvider time, IEventSink next, string? flow) : IEventSink
{
    private readonly long _began = time.GetTimestamp();

    public IEventSink Listener => next.Listener;

    /// <summary>Not for the log of a library, which is long and slow, unless somebody reads it.</summary>
    public bool IsEnabled(EventLevel level) => level >= EventLevel.Verbose || next.IsEnabled(level);

    public void Write(DiagnosticEvent e)
    {
        if (e.Level >= EventLevel.Verbose)
        {
            log.Add(new TokenRecord
            {
                Time = time.GetUtcNow(),
                Text = EventText.Format(e),
                Flow = flow,
                Duration = e is TokenAcquired ? time.GetElapsedTime(_began) : null,
            });
        }

        if (next.IsEnabled(e.Level)) next.Write(e);
    }
}
