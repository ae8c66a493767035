namespace BearerTools.Http.Pacing;

/// <summary>Which quotas apply to a request, and how long it waits for them.</summary>
/// <param name="MaxWait">The longest wait that the user allows for a quota, or <see langword="null"/>.</param>
/// <param name="Partitions">The partitions of the request's endpoint, or <see langword="null"/> if unknown.</param>
internal readonly record struct QuotaScope(TimeSpan? MaxWait, IReadOnlyList<string>? Partitions);

/// <summary>What the quotas mean for the next request.</summary>
/// <param name="OpensAt">The time at which it may be sent: now, or when the exhausted quota resets.</param>
/// <param name="IsUsedUp">True if a quota is exhausted, so that waiting for the requests in progress does not help.</param>
/// <param name="Policy">The name of the quota that is waited for, or <see langword="null"/>.</param>
/// <param name="HasOpened">True once when the longest wait for an exhausted quota is over.</param>
internal readonly record struct QuotaState(TimeSpan OpensAt, bool IsUsedUp, string? Policy, bool HasOpened);

/// <summary>The quotas that an API has reported for one token, and when they admit the next request.</summary>
internal sealed class ServerQuotas
{
    /// <summary>The maximum number of quotas remembered; an API may name any number.</summary>
    private const int MaxNames = 16;

    private readonly Dictionary<string, Quota> _known = new(StringComparer.Ordinal);
    private readonly QuotaPartitions _partitions = new();

    public bool IsEmpty => _known.Count == 0;

    public void Clear()
    {
        _known.Clear();
        _partitions.Clear();
    }

    /// <inheritdoc cref="QuotaPartitions.Of"/>
    public IReadOnlyList<string>? PartitionsOf(Uri address) => _partitions.Of(address);

    /// <param name="readings">The quotas that a response reports.</param>
    /// <param name="sent">The time that its request was sent; default if unknown.</param>
    /// <param name="now">The time that it arrived.</param>
    /// <param name="isRefusal">True if the response refuses the request because of too many requests.</param>
    /// <param name="hasWait">True if it asks for a wait: Retry-After takes precedence over the reset of a quota.</param>
    /// <param name="address">The address of the request, or <see langword="null"/> if unknown.</param>
    public void Take(
        IReadOnlyList<QuotaReading> readings,
        TimeSpan sent,
        TimeSpan now,
        bool isRefusal = false,
        bool hasWait = false,
        Uri? address = null)
    {
        if (address is not null) _partitions.Note(address, readings);
        foreach (var reading in readings)
        {
            if (hasWait)
            {
                _known.Remove(reading.Name);
                continue;
            }

            var known = _known.GetValueOrDefault(reading.Name);
            var isKnown = known?.ResetAt > now;
            // Responses overtake each other: only one whose request was sent after the last reading arrived is newer.
            if (isKnown && sent < known!.Taken)
            {
                _known[reading.Name] = known with
                {
                    Reading = known.Reading with { Remaining = Math.Min(known.Reading.Remaining, reading.Remaining) },
                    IsConfirmed = known.IsConfirmed || (isRefusal && reading.Remaining == 0),
                };
            }
            else if (known is not null || _known.Count < MaxNames)
            {
                _known[reading.Name] = new Quota(reading, now, address)
                {
                    IsConfirmed = isRefusal && reading.Remaining == 0,
                    // The API served a request beyond a quota that it reports as exhausted.
                    IsDoubted = !isRefusal && reading.Remaining == 0 && isKnown && known!.Reading.Remaining == 0,
                };
            }
        }
    }

    /// <summary>Forgets the quotas that have been reset.</summary>
    /// <returns>True if one of them was exhausted.</returns>
    public bool Forget(TimeSpan now)
    {
        var wasUsedUp = false;
        foreach (var (name, quota) in _known)
        {
            if (quota.ResetAt > now) continue;
            wasUsedUp |= quota.Left == 0;
            _known.Remove(name);
        }

        return wasUsedUp;
    }

    /// <summary>
    /// Records that a request is complete whose response reports no quota. It uses up those that its endpoint reported before it was sent,
    /// because some APIs report them now and then only.
    /// </summary>
    /// <param name="sent">The time that it was sent; default if unknown.</param>
    /// <param name="address">Its address.</param>
    public void Spend(TimeSpan sent, Uri address)
    {
        foreach (var quota in _known.Values)
        {
            if (sent >= quota.Taken && quota.Address is { } reported && QuotaPartitions.IsSameEndpoint(reported, address)) quota.Spent++;
        }
    }

    /// <summary>
    /// What the quotas mean for the next request. The server may not have counted the requests in progress when it reported the
    /// remainder, so they are subtracted.
    /// </summary>
    /// <param name="now">The current time.</param>
    /// <param name="inProgress">The number of requests in progress.</param>
    /// <param name="scope">Which quotas apply, and how long they are waited for.</param>
    public QuotaState OpensAt(TimeSpan now, int inProgress, QuotaScope scope)
    {
        var state = new QuotaState(now, false, null, false);
        foreach (var (name, quota) in _known)
        {
            if (quota.ResetAt <= now || quota.IsDoubted || !Holds(name, quota, inProgress, scope.Partitions)) continue;
            // What an API reports without refusing a request is advice.
            var longest = scope.MaxWait ?? (quota.IsConfirmed ? TimeSpan.MaxValue : PaceOptions.UsualQuotaWait);
            var opensAt = quota.ResetAt - quota.Taken <= longest ? quota.ResetAt : quota.Taken + longest;
            if (opensAt > now)
            {
                var isLatest = opensAt > state.OpensAt;
                state = state with
                {
                    IsUsedUp = state.IsUsedUp || quota.Left == 0,
                    OpensAt = isLatest ? opensAt : state.OpensAt,
                    Policy = isLatest ? quota.Reading.Policy : state.Policy,
                };
            }
            else if (!quota.HasOpened && quota.Left == 0)
            {
                _known[name] = quota with { HasOpened = true };
                state = state with { HasOpened = true };
            }
        }

        return state;
    }

    /// <summary>True if the quota leaves nothing for one more request to an endpoint of these partitions.</summary>
    private static bool Holds(string name, Quota quota, int inProgress, IReadOnlyList<string>? partitions)
    {
        if (!quota.Reading.IsPartition || partitions?.Contains(name) == true) return quota.Left <= inProgress;
        // The requests in progress may be for other partitions.
        return partitions is null && quota.Reading.HoldsUnknown && quota.Left == 0;
    }

    /// <summary>A quota as it was last reported.</summary>
    /// <param name="Reading">The report.</param>
    /// <param name="Taken">Its time.</param>
    /// <param name="Address">The address of the request that it responds to, or <see langword="null"/> if unknown.</param>
    private sealed record Quota(QuotaReading Reading, TimeSpan Taken, Uri? Address)
    {
        /// <summary>The time of the quota's reset.</summary>
        public TimeSpan ResetAt { get; } = Taken + Reading.Reset;

        /// <summary>The number of complete requests that the report cannot have counted.</summary>
        public long Spent { get; set; }

        /// <summary>The number of requests left, without those in progress.</summary>
        public long Left => Math.Max(0, Reading.Remaining - Spent);

        /// <summary>True if a refusal reported it, so that it is waited for until its reset unless the user limits the wait.</summary>
        public bool IsConfirmed { get; init; }

        /// <summary>True if it does not describe what the API does, and is not waited for.</summary>
        public bool IsDoubted { get; init; }

        /// <summary>True if the longest wait for it is over.</summary>
        public bool HasOpened { get; init; }
    }
}
