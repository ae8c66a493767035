using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http.Retrying;

namespace BearerTools.Http;

/// <summary>The state of one input on its way through the handlers: event sink, cancellation, deadline and counts.</summary>
internal sealed class RequestContext(IEventSink events, CancellationToken cancel)
{
    private static long s_last;
    private long _number;

    /// <summary>Receives the diagnostic events.</summary>
    public IEventSink Events => events;

    /// <summary>The start time, as a timestamp of the run's clock.</summary>
    public long Begun { get; init; }

    /// <summary>Cancels all work for the input: on the user's stop and, while a deadline applies, when that expires.</summary>
    public CancellationToken Cancel { get; set; } = cancel;

    /// <summary>Shows what the request is doing, or <see langword="null"/> if there is no progress line.</summary>
    public IProgressSink? ProgressSink { get; init; }

    /// <summary>Admits each message, or <see langword="null"/> if nothing ends the run early.</summary>
    public ISendGate? Gate { get; init; }

    /// <summary>The deadline for the input, or <see langword="null"/> if it has none.</summary>
    public Deadline? Deadline { get; set; }

    /// <summary>The clock for the time limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The number of retries after faults.</summary>
    public int Retries { get; set; }

    /// <summary>Where the stream of events that is read broke off; otherwise <see langword="null"/>.</summary>
    public EventPosition? Position { get; set; }

    /// <summary>The number of requests sent for the input, including redirects and replays.</summary>
    public int Attempts { get; set; }

    /// <summary>Number of the page that is requested, from 1; 0 for what is not a page.</summary>
    public int Page { get; private set; }

    /// <summary>Number of the input in this process, which joins its requests in the trace.</summary>
    public long Number => _number != 0 ? _number : _number = Interlocked.Increment(ref s_last);

    /// <summary>Heads and bodies of the message that is being sent, if they are traced; otherwise <see langword="null"/>.</summary>
    public TracedExchange? Exchange { get; set; }

    /// <summary>Why the next request is sent, for the trace.</summary>
    public SendReason Reason { get; set; }

    /// <summary>The number of messages that the next one repeats, for any reason.</summary>
    public int Resends { get; set; }

    /// <summary>The status of the last response, for the trace; 0 if there was none.</summary>
    public int StatusBefore { get; set; }

    /// <summary>Makes this the context of a page: the trace joins all pages of an input.</summary>
    /// <param name="page">Number of the page, from 1.</param>
    /// <param name="before">The context of the page before; <see langword="null"/> for the first one.</param>
    public void BeginPage(int page, RequestContext? before)
    {
        Page = page;
        if (before is not null) _number = before.Number;
    }

    /// <summary>Returns a context for a part that may be cancelled earlier; its requests are counted separately.</summary>
    public RequestContext Until(CancellationToken earlier) => new(events, earlier)
    {
        ProgressSink = ProgressSink,
        Gate = Gate,
        Time = Time,
        _number = Number,
        Page = Page,
    };
}
