namespace BearerTools.Sandbox.Serving;

/// <summary>Counts events per second of the clock and keeps the highest count.</summary>
internal sealed class RateGauge(TimeProvider clock)
{
    // The second and the count within it share one number, so that a single exchange changes both.
    private const int CountBits = 28;
    private const long CountMask = (1L << CountBits) - 1;

    private long _window;
    private long _max;

    public long Max => Interlocked.Read(ref _max);

    public void Tick()
    {
        var second = clock.GetTimestamp() / clock.TimestampFrequency;
        while (true)
        {
            var seen = Interlocked.Read(ref _window);
            var next = seen >> CountBits == second ? seen + 1 : (second << CountBits) | 1;
            if (Interlocked.CompareExchange(ref _window, next, seen) != seen) continue;
            Highest.Raise(ref _max, next & CountMask);
            return;
        }
    }

    public void Reset()
    {
        Interlocked.Exchange(ref _window, 0);
        Interlocked.Exchange(ref _max, 0);
    }
}
