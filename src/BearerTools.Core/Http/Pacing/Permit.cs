namespace BearerTools.Http.Pacing;

/// <summary>Permission to send one message now; returned when its response's headers have arrived or the message has failed.</summary>
/// <param name="Lane">The lane that it was issued for.</param>
/// <param name="Sent">The time of sending on the pace's clock; default if the message was not counted.</param>
/// <param name="Arrival">The assumed time of arrival, unless the response comes earlier.</param>
internal readonly record struct Permit(PaceLane Lane, TimeSpan Sent, TimeSpan Arrival)
{
    /// <summary>The permission that other processes share, which is disposed with this one; or <see langword="null"/>.</summary>
    public IDisposable? Shared { get; init; }

    public bool IsCounted => Arrival > TimeSpan.Zero;
}
