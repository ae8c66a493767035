namespace BearerTools.Diagnostics;

/// <summary>Forwards each distinct event once, up to a limit. Not safe for concurrent use.</summary>
internal sealed class DistinctEvents(int limit) : IEventSink
{
    private readonly HashSet<DiagnosticEvent> _seen = [];
    private IEventSink _next = EventSink.None;

    /// <summary>Clears the history, and forwards events to another sink.</summary>
    public void Begin(IEventSink next)
    {
        _next = next;
        _seen.Clear();
    }

    public bool IsEnabled(EventLevel level) => _next.IsEnabled(level);

    public void Write(DiagnosticEvent e)
    {
        if (_seen.Count < limit && _seen.Add(e)) _next.Write(e);
    }
}
