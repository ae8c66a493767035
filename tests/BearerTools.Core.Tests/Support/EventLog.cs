using System.Collections.Concurrent;
using BearerTools.Diagnostics;

namespace BearerTools.Tests.Support;

/// <summary>Keeps the events that are written to it.</summary>
/// <param name="least">The lowest level that it takes.</param>
internal sealed class EventLog(EventLevel least = EventLevel.Verbose) : IEventSink
{
    private readonly ConcurrentQueue<DiagnosticEvent> _events = new();

    public IReadOnlyCollection<DiagnosticEvent> Events => _events;

    /// <summary>The events as sentences.</summary>
    public IReadOnlyList<string> Lines => [.. _events.Select(EventText.Format)];

    /// <summary>Called with each event.</summary>
    public Action<DiagnosticEvent>? Written { get; init; }

    public bool IsEnabled(EventLevel level) => level >= least;

    public void Write(DiagnosticEvent e)
    {
        _events.Enqueue(e);
        Written?.Invoke(e);
    }

    public IEnumerable<T> Of<T>() where T : DiagnosticEvent => _events.OfType<T>();
}
