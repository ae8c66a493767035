namespace BearerTools.Http.Pacing;

/// <summary>
/// Limits the number of arrivals in any interval of a given length. Arrivals are counted in 256 slices per period, and a slice counts
/// until its last moment has left the interval: the limit is never exceeded, at the price of at most 1/256 of the rate.
/// </summary>
/// <param name="most">The maximum number of arrivals.</param>
/// <param name="period">The length of the interval.</param>
/// <param name="furthest">How far ahead of now an arrival may be recorded.</param>
internal sealed class SlidingWindow(int most, TimeSpan period, TimeSpan furthest)
{
    private const int Slices = 256;

    private readonly long _slice = Math.Max(1, period.Ticks / Slices);
    private readonly int[] _counts = new int[((period + furthest).Ticks / Math.Max(1, period.Ticks / Slices)) + 3];
    private long _oldest;
    private long _total;

    /// <summary>True if one more may arrive, now or later.</summary>
    public bool HasCapacity(TimeSpan now)
    {
        Forget(now);
        return _total < most;
    }

    /// <summary>The time at which the oldest recorded arrival expires.</summary>
    public TimeSpan NextCapacity(TimeSpan now)
    {
        Forget(now);
        if (_total == 0) return now;
        var slice = _oldest;
        while (_counts[Place(slice)] == 0) slice++;
        return End(slice);
    }

    /// <summary>Records an arrival, now or at most <c>furthest</c> ahead.</summary>
    public void Add(TimeSpan now, TimeSpan arrival)
    {
        Forget(now);
        _counts[Place(SliceOf(arrival))]++;
        _total++;
    }

    /// <summary>Moves an arrival that was recorded ahead to now.</summary>
    public void Correct(TimeSpan noted, TimeSpan now)
    {
        Forget(now);
        if (noted <= now || _counts[Place(SliceOf(noted))] == 0) return;
        _counts[Place(SliceOf(noted))]--;
        _counts[Place(SliceOf(now))]++;
    }

    private void Forget(TimeSpan now)
    {
        // Skips the empty slices after a long idle time.
        if (_total == 0) _oldest = Math.Max(_oldest, SliceOf(now));
        for (; End(_oldest) <= now; _oldest++)
        {
            ref var count = ref _counts[Place(_oldest)];
            _total -= count;
            count = 0;
        }
    }

    private TimeSpan End(long slice) => TimeSpan.FromTicks((slice + 1) * _slice) + period;

    private long SliceOf(TimeSpan moment) => moment.Ticks / _slice;

    private int Place(long slice) => (int)(slice % _counts.Length);
}
