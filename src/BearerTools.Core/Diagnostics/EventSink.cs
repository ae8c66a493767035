namespace BearerTools.Diagnostics;

internal static class EventSink
{
    /// <summary>A sink that discards all events.</summary>
    public static IEventSink None { get; } = new NullSink();

    private sealed class NullSink : IEventSink
    {
        public bool IsEnabled(EventLevel level) => false;

        public void Write(DiagnosticEvent e)
        {
        }
    }
}
