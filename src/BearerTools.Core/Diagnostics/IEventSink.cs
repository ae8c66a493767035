namespace BearerTools.Diagnostics;

/// <summary>Receives events; safe to use from any thread.</summary>
/// <remarks>Check <see cref="IsEnabled"/> before creating an event, so that events cost nothing without a listener.</remarks>
internal interface IEventSink
{
    bool IsEnabled(EventLevel level);

    void Write(DiagnosticEvent e);
}
