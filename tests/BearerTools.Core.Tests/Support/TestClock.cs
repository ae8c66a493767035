namespace BearerTools.Tests.Support;

/// <summary>
/// A clock that moves only when told to. Timers fire inside <see cref="Advance"/>, in the order they are due,
/// each at its own time.
/// </summary>
internal sealed class TestClock : TimeProvider
{
    private readonly object _gate = new();
    private readonly List<TestTimer> _pending = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _watchers = [];
    private DateTimeOffset _now;

    public TestClock(DateTimeOffset? start = null) => _now = start ?? new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new TestTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        DateTimeOffset end;
        lock (_gate) end = _now + by;
        while (NextDue(end) is { } fire) fire();
    }

    /// <summary>Completes when that many timers wait: the code under test has begun to wait, and the clock may move.</summary>
    public Task UntilWaiting(int timers = 1)
    {
        lock (_gate)
        {
            if (_pending.Count >= timers) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _watchers.Add((timers, reached));
            return reached.Task;
        }
    }

    /// <summary>How long it is until the next timer is due; nothing when none waits.</summary>
    public TimeSpan? NextIn
    {
        get
        {
            lock (_gate) return _pending.Count == 0 ? null : _pending.Min(timer => timer.Due) - _now;
        }
    }

    private Action? NextDue(DateTimeOffset end)
    {
        lock (_gate)
        {
            var next = _pending.Where(t => t.Due <= end).MinBy(t => t.Due);
            if (next is null)
            {
                _now = end;
                return null;
            }

            if (next.Due > _now) _now = next.Due;
            if (next.Period > TimeSpan.Zero) next.Due += next.Period;
            else _pending.Remove(next);
            return next.Fire;
        }
    }

    private bool Schedule(TestTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            _pending.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            timer.Due = _now + dueTime;
            timer.Period = period;
            if (dueTime > TimeSpan.Zero || period > TimeSpan.Zero) _pending.Add(timer);
            foreach (var watcher in _watchers.Where(w => w.Count <= _pending.Count)) watcher.Reached.TrySetResult();
            _watchers.RemoveAll(w => w.Reached.Task.IsCompleted);
        }

        // As the system's timer does: what is due at once fires on another thread, not inside the call that made it.
        if (dueTime == TimeSpan.Zero && period <= TimeSpan.Zero) ThreadPool.QueueUserWorkItem(_ => timer.Fire());
        return true;
    }

    private void Forget(TestTimer timer)
    {
        lock (_gate) _pending.Remove(timer);
    }

    private sealed class TestTimer(TestClock clock, Action fire) : ITimer
    {
        private volatile bool _disposed;

        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; set; }

        public void Fire()
        {
            if (!_disposed) fire();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => !_disposed && clock.Schedule(this, dueTime, period);

        public void Dispose()
        {
            _disposed = true;
            clock.Forget(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
