namespace BearerTools.Http.Pacing;

/// <summary>What an API has said of its quotas, and what follows for the next request.</summary>
internal sealed class ServerQuotas
{
    /// <summary>An API may name as many as it likes; nobody remembers them all.</summary>
    private const int MaxNames = 16;

    private readonly Dictionary<string, (long Remaining, TimeSpan ResetAt, TimeSpan Taken)> _known = new(StringComparer.Ordinal);

    public bool IsEmpty => _known.Count == 0;

    public void Clear() => _known.Clear();

    /// <param name="readings">What an answer says.</param>
    /// <param name="sent">When its request went out; nothing if nobody knows.</param>
    /// <param name="now">When it came.</param>
    public void Take(IReadOnlyList<QuotaReading> readings, TimeSpan sent, TimeSpan now)
    {
        foreach (var reading in readings)
        {
            // Answers overtake each other: only a request that went out when the last word had come has the newer one.
            if (_known.TryGetValue(reading.Name, out var known) && known.ResetAt > now && sent < known.Taken)
                _known[reading.Name] = known with { Remaining = Math.Min(known.Remaining, reading.Remaining) };
            else if (_known.ContainsKey(reading.Name) || _known.Count < MaxNames)
                _known[reading.Name] = (reading.Remaining, now + reading.Reset, now);
        }
    }

    /// <summary>
    /// When the next request may go: now, or when the quota that is used up is full again. Those under way may not have
    /// been counted yet when the server said what is left, and will use it up.
    /// </summary>
    /// <param name="now">Now.</param>
    /// <param name="inProgress">How many requests are not answered yet.</param>
    /// <param name="isUsedUp">Whether waiting for those under way is of no use.</param>
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
