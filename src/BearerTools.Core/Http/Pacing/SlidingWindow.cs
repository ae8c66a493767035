namespace BearerTools.Http.Pacing;

/// <summary>
/// At most so many arrivals in any stretch of time of one length. Arrivals are counted in thin slices, and a slice counts
/// until the last moment of it is out of reach: never one too many, for at most a two hundred and fiftieth less.
/// </summary>
/// <param name="most">How many.</param>
/// <param name="period">In any stretch of time as long as this.</param>
/// <param name="furthest">How far ahead of now an arrival may be noted.</param>
internal sealed class SlidingWindow(int most, TimeSpan period, TimeSpan furthest)
{
    private const int Slices = 256;

    private readonly long _slice = Math.Max(1, period.Ticks / Slices);
    private readonly int[] _counts = new int[((period + furthest).Ticks / Math.Max(1, period.Ticks / Slices)) + 3];
    private long _oldest;
    private long _total;

    /// <summary>Whether one more may arrive, now or later.</summary>
    public bool HasCapacity(TimeSpan now)
    {
        Forget(now);
        return _total < most;
    }

    /// <summary>When the next of those that fill it is forgotten.</summary>
    public TimeSpan NextCapacity(TimeSpan now)
    {
        Forget(now);
        if (_total == 0) return now;
        var slice = _oldest;
        while (_counts[Place(slice)] == 0) slice++;
        return End(slice);
    }

    /// <summary>Notes an arrival, now or not too far ahead.</summary>
    public void Add(TimeSpan now, TimeSpan arrival)
    {
        Forget(now);
        _counts[Place(SliceOf(arrival))]++;
        _total++;
    }

    /// <summary>What was noted as an arrival ahead has arrived now.</summary>
    public void Correct(TimeSpan noted, TimeSpan now)
    {
        Forget(now);
        if (noted <= now || _counts[Place(SliceOf(noted))] == 0) return;
        _counts[Place(SliceOf(noted))]--;
        _counts[Place(SliceOf(now))]++;
    }

    private void Forget(TimeSpan now)
    {
        // After a long silence there is nothing to go through.
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
