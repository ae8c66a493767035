using System.Diagnostics;
using BearerTools.Security;

namespace BearerTools.Diagnostics.Telemetry;

/// <summary>
/// A span that the diagnostic events of its work are added to. They are passed on to the next sink at the levels that it shows.
/// </summary>
/// <param name="activity">The activity, or <see langword="null"/> if only metrics are listened to.</param>
/// <param name="next">Receives the events too.</param>
internal abstract class SpanEvents(Activity? activity, IEventSink next) : IEventSink, IDisposable
{
    /// <summary>The limit of OpenTelemetry. A list may have any number of pages.</summary>
    public const int MaxEvents = 128;

    private readonly long _began = Stopwatch.GetTimestamp();
    private int _events;

    public IEventSink Listener => next.Listener;

    protected Activity? Activity => activity;

    protected TimeSpan Duration => Stopwatch.GetElapsedTime(_began);

    public bool IsEnabled(EventLevel level) => level >= EventLevel.Verbose || next.IsEnabled(level);

    public void Write(DiagnosticEvent e)
    {
        if (e.Level >= EventLevel.Verbose)
        {
            Count(e);
            Add(SpanEventTags.NameOf(e), () => SpanEventTags.Of(e));
        }

        if (next.IsEnabled(e.Level)) next.Write(e);
    }

    /// <summary>Marks the span as failed.</summary>
    public void Fail(Exception error)
    {
        if (error is OperationCanceledException)
        {
            // A stop is no error, but no success either.
            ErrorType = "cancelled";
            return;
        }

        ErrorType = error is IBearerError known ? known.ErrorId : error.GetType().FullName;
        activity?.SetStatus(ActivityStatusCode.Error, LiveSecrets.Redact(error.Message));
    }

    public void Dispose()
    {
        End();
        if (activity is null) return;
        if (ErrorType is not null) activity.SetTag(TelemetryTags.Error, ErrorType);
        if (_events > MaxEvents) activity.SetTag(TelemetryTags.DroppedEvents, _events - MaxEvents);
        activity.Dispose();
    }

    /// <summary>Why the work failed, in a word; <see langword="null"/> if it did not.</summary>
    protected string? ErrorType { get; set; }

    /// <summary>Runs before the activity ends.</summary>
    protected abstract void End();

    /// <summary>Takes an event into account that metrics are made from.</summary>
    protected virtual void Count(DiagnosticEvent e)
    {
    }

    /// <summary>Adds an event to the activity, unless it has too many or has ended: a renewal may outlast its request.</summary>
    protected void Add(string name, Func<ActivityTagsCollection> tags)
    {
        if (activity is not { IsAllDataRequested: true, IsStopped: false } || Interlocked.Increment(ref _events) > MaxEvents) return;
        activity.AddEvent(new ActivityEvent(name, tags: tags()));
    }
}
