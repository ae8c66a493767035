namespace BearerTools.Sandbox.Serving;

/// <summary>Counts events within any stretch of a second, wherever it begins, and keeps the highest count.</summary>
internal sealed class SlidingSecond(TimeProvider clock)
{
    private readonly Queue<long> _last = new();
    private long _max;

    public long Max
    {
        get
        {
            lock (_last) return _max;
        }
    }

    public void Tick()
    {
        lock (_last)
        {
            var now = clock.GetTimestamp();
            _last.Enqueue(now);
            while (now - _last.Peek() >= clock.TimestampFrequency) _last.Dequeue();
            _max = Math.Max(_max, _last.Count);
        }
    }

    public void Reset()
    {
        lock (_last)
        {
            _last.Clear();
            _max = 0;
        }
    }
}
