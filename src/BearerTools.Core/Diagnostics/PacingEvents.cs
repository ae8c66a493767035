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
internal sealed record RequestPaused(PauseReason Reason, TimeSpan Delay) : PacingEvent;

/// <summary>A response asks for a pause of all requests to its origin. A long pause is a warning.</summary>
internal sealed record OriginPaused(Origin Origin, TimeSpan Pause) : PacingEvent
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    public override EventLevel Level => LevelOf(Pause);

    public static EventLevel LevelOf(TimeSpan pause) => pause >= s_long ? EventLevel.Warning : EventLevel.Verbose;
}
