namespace BearerTools.Http;

/// <summary>Where and when a stream of events can be continued (HTML Living Standard section 9.2).</summary>
/// <param name="LastId">The id of the last event that was read; <see langword="null"/> if it has none.</param>
/// <param name="ReconnectionTime">How long to wait before the next connection; <see langword="null"/> if the stream states no time.</param>
internal sealed record EventPosition(string? LastId, TimeSpan? ReconnectionTime);
