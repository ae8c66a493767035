using BearerTools.Security;

namespace BearerTools.Diagnostics;

/// <summary>An event in the pacing of requests to an origin.</summary>
internal abstract record PacingEvent : DiagnosticEvent;

/// <summary>Why requests to an origin are paused.</summary>
internal enum PauseReason
{
    /// <summary>The API asked for it, with Retry-After or 429.</summary>
    Requested,

    /// <summary>The quota that the API reports is used up.</summary>
    QuotaUsedUp,
}

/// <summary>A request waits until the pause of its origin ends.</summary>
/// <param name="Reason">The reason of the pause.</param>
/// <param name="Delay">The time until it ends.</param>
/// <param name="Quota">The name of the quota that is used up, or <see langword="null"/>.</param>
/// <param name="IsWarning">True for the first request that waits long for a quota: no Retry-After asked for it.</param>
internal sealed record RequestPaused(PauseReason Reason, TimeSpan Delay, string? Quota = null, bool IsWarning = false) : PacingEvent
{
    private static readonly TimeSpan s_notable = TimeSpan.FromSeconds(5);

    public override EventLevel Level => IsWarning ? EventLevel.Warning : EventLevel.Verbose;

    /// <summary>Writes the event at its level, if anyone listens.</summary>
    public static void Write(IEventSink events, PauseReason reason, TimeSpan delay, string? quota, bool isFirst)
    {
        var isWarning = isFirst && reason == PauseReason.QuotaUsedUp && delay > s_notable;
        if (events.IsEnabled(isWarning ? EventLevel.Warning : EventLevel.Verbose))
            events.Write(new RequestPaused(reason, delay, quota, isWarning));
    }
}

/// <summary>Limits that processes share cannot be respected; those of this process are.</summary>
/// <param name="Reason">The reason, as a sentence.</param>
internal sealed record SharedPaceUnavailable(string Reason) : PacingEvent
{
    /// <summary>True if the workers of a fleet share them, false if the processes of this machine do.</summary>
    public bool IsOfFleet { get; init; }

    /// <summary>True if there is a limit; without one, only the pauses that APIs ask for are not shared.</summary>
    public bool HasLimit { get; init; } = true;

    /// <summary>The number of workers that shared them, of which this process keeps its part.</summary>
    public int Workers { get; init; } = 1;

    public override EventLevel Level => HasLimit ? EventLevel.Warning : EventLevel.Verbose;
}

/// <summary>Limits that processes share are respected again.</summary>
/// <param name="HasLimit">True if there is a limit, and not only pauses.</param>
internal sealed record SharedPaceReturned(bool HasLimit = true) : PacingEvent;

/// <summary>A response asks for a pause of all requests to its origin. A long pause is a warning.</summary>
/// <param name="Origin">The origin.</param>
/// <param name="Pause">The time that requests wait.</param>
/// <param name="Asked">The time that the response asks for, if that is longer than any pause; otherwise <see langword="null"/>.</param>
internal sealed record OriginPaused(Origin Origin, TimeSpan Pause, string? Asked = null) : PacingEvent
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    public override EventLevel Level => LevelOf(Pause);

    public static EventLevel LevelOf(TimeSpan pause) => pause >= s_long ? EventLevel.Warning : EventLevel.Verbose;
}
