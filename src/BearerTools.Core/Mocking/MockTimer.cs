namespace BearerTools.Mocking;

/// <summary>A timer of a <see cref="MockClock"/>.</summary>
internal sealed class MockTimer(MockClock clock, TimerCallback callback, object? state) : ITimer
{
    private TimeSpan _period = Timeout.InfiniteTimeSpan;

    /// <summary>True if code waits for the timer; false for a time limit, which only matters if something takes that long.</summary>
    public bool IsWait => state is not CancellationTokenSource;

    /// <summary>The timestamp at which it fires.</summary>
    public long DueAt { get; set; }

    /// <summary>Orders the timers that are due at the same time.</summary>
    public long Order { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period;
        clock.Set(this, dueTime);
        return true;
    }

    public void Fire()
    {
        if (_period > TimeSpan.Zero) clock.Set(this, _period);
        callback(state);
    }

    public void Dispose() => clock.Remove(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
