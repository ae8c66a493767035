namespace BearerTools.Diagnostics;

/// <summary>Receives events; safe to use from any thread.</summary>
/// <remarks>Check <see cref="IsEnabled"/> before creating an event, so that events cost nothing without a listener.</remarks>
internal interface IEventSink
{
    /// <summary>The listener, which may be more than a sink. A sink that passes events on names the next one.</summary>
    IEventSink Listener => this;

    bool IsEnabled(EventLevel level);

    void Write(DiagnosticEvent e);
}
