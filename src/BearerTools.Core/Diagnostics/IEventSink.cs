namespace BearerTools.Diagnostics;

/// <summary>Receives events; safe to use from any thread.</summary>
/// <remarks>A producer asks <see cref="IsEnabled"/> before it builds an event, so that events cost nothing when no one listens.</remarks>
internal interface IEventSink
{
    bool IsEnabled(EventLevel level);

    void Write(DiagnosticEvent e);
}
