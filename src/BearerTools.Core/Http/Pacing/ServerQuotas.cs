namespace BearerTools.Http.Pacing;

/// <summary>The quotas that an API has reported, and when they admit the next request.</summary>
internal sealed class ServerQuotas
{
    /// <summary>The maximum number of quotas remembered; an API may name any number.</summary>
    private const int MaxNames = 16;

    private readonly Dictionary<string, (long Remaining, TimeSpan ResetAt, TimeSpan Taken)> _known = new(StringComparer.Ordinal);

    public bool IsEmpty => _known.Count == 0;

    public void Clear() => _known.Clear();

    /// <param name="readings">The quotas that a response reports.</param>
    /// <param name="sent">The time that its request was sent; default if unknown.</param>
    /// <param name="now">The time that it arrived.</param>
    public void Take(IReadOnlyList<QuotaReading> readings, TimeSpan sent, TimeSpan now)
    {
        foreach (var reading in readings)
        {
            // Responses overtake each other: only one whose request was sent after the last reading arrived is newer.
            if (_known.TryGetValue(reading.Name, out var known) && known.ResetAt > now && sent < known.Taken)
                _known[reading.Name] = known with { Remaining = Math.Min(known.Remaining, reading.Remaining) };
            else if (_known.ContainsKey(reading.Name) || _known.Count < MaxNames)
                _known[reading.Name] = (reading.Remaining, now + reading.Reset, now);
        }
    }

    /// <summary>
    /// The time at which the next request may be sent: now, or when the exhausted quota resets. The server may not have counted the
    /// requests in progress when it reported the remainder, so they are subtracted.
    /// </summary>
    /// <param name="now">The current time.</param>
    /// <param name="inProgress">The number of requests in progress.</param>
    /// <param name="isUsedUp">True if the quota is exhausted, so that waiting for the requests in progress does not help.</param>
    public TimeSpan OpensAt(TimeSpan now, int inProgress, out bool isUsedUp)
    {
        var opensAt = now;
        isUsedUp = false;
        foreach (var (name, (remaining, resetAt, _)) in _known)
        {
            if (resetAt <= now) _known.Remove(name);
            else if (remaining <= inProgress)
            {
                isUsedUp |= remaining == 0;
                if (resetAt > opensAt) opensAt = resetAt;
            }
        }

        return opensAt;
    }
}
