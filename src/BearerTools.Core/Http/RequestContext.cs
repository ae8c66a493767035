using BearerTools.Diagnostics;
using BearerTools.Http.Retrying;

namespace BearerTools.Http;

/// <summary>One input's way through the senders: who listens, who may stop it, and what it has cost so far.</summary>
internal sealed class RequestContext(IEventSink events, CancellationToken cancel)
{
    /// <summary>Receives what happens on the way.</summary>
    public IEventSink Events => events;

    /// <summary>When it began, as its run's clock counts.</summary>
    public long Begun { get; init; }

    /// <summary>Ends everything that is done for it: the user's stop, and within its deadline that too.</summary>
    public CancellationToken Cancel { get; set; } = cancel;

    /// <summary>Shows what the request is doing, or <see langword="null"/> if there is no progress line.</summary>
    public IProgressSink? ProgressSink { get; init; }

    /// <summary>When it must be over, if anybody cares.</summary>
    public Deadline? Deadline { get; set; }

    /// <summary>The clock of its limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How many of its requests were second tries because something went wrong.</summary>
    public int Retries { get; set; }

    /// <summary>How many requests went out for this input, redirects and replays included.</summary>
    public int Attempts { get; set; }

    /// <summary>The same for a part of the way that may have to end earlier; its requests are counted on their own.</summary>
    public RequestContext Until(CancellationToken earlier) => new(events, earlier) { ProgressSink = ProgressSink, Time = Time };
}
