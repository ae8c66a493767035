namespace BearerTools.Http;

/// <summary>Where and when a stream of events can be continued (HTML Living Standard section 9.2).</summary>
/// <param name="LastId">The id of the last event that was read; <see langword="null"/> if it has none.</param>
/// <param name="ReconnectionTime">How long to wait before the next connection; <see langword="null"/> if the stream states no time.</param>
internal sealed record EventPosition(string? LastId, TimeSpan? ReconnectionTime)
{
    /// <summary>Protects a server that states no pause at all, as browsers do, from connections in a tight loop.</summary>
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest reconnection time that is kept to. Events may be lost in a longer one.</summary>
    public static TimeSpan LongestTime { get; } = TimeSpan.FromMinutes(1);

    /// <param name="lastId">The id of the last event.</param>
    /// <param name="milliseconds">The reconnection time that the stream states; <see langword="null"/> for none.</param>
    public static EventPosition Of(string? lastId, long? milliseconds) => new(lastId, milliseconds switch
    {
        null => null,
        { } time when IsTooLong(time) => LongestTime,
        { } time when time < s_shortest.TotalMilliseconds => s_shortest,
        { } time => TimeSpan.FromMilliseconds(time),
    });

    /// <summary>True if a reconnection time is longer than <see cref="LongestTime"/>.</summary>
    public static bool IsTooLong(long milliseconds) => milliseconds > LongestTime.TotalMilliseconds;
}
