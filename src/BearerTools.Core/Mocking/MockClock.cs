using System.Diagnostics;

namespace BearerTools.Mocking;

/// <summary>
/// The clock of a mock. It stands still, except that it moves at once to the end of the next wait when nothing else is left to do: waits
/// take no real time. Time limits, which are the timers of a <see cref="CancellationTokenSource"/>, expire on the way but move nothing.
/// </summary>
internal sealed class MockClock(DateTimeOffset start) : TimeProvider
{
    /// <summary>Number of times that the thread pool has to get round without anything happening before the clock moves.</summary>
    private const int QuietRounds = 4;

    /// <summary>Real time in which nothing must have happened, for code that runs on other threads than those of the pool.</summary>
    private static readonly TimeSpan s_quietTime = TimeSpan.FromMilliseconds(0.3);

    /// <summary>The earliest time that it can start at: times before it cannot be written into tokens.</summary>
    public static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;

    /// <summary>The latest time that it can be set to, so that tokens and waits can end after it.</summary>
    public static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly object _gate = new();
    private readonly List<MockTimer> _timers = [];
    private long _passed;
    private long _activity;
    private long _order;
    private int _busy;
    private bool _isWatching;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        Interlocked.Increment(ref _activity);
        return start + new TimeSpan(Volatile.Read(ref _passed));
    }

    public override long GetTimestamp()
    {
        Interlocked.Increment(ref _activity);
        return Volatile.Read(ref _passed);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new MockTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock forward. Everything that is due on the way happens in order.</summary>
    public void Advance(TimeSpan by)
    {
        long target;
        lock (_gate) target = _passed + Math.Max(0, by.Ticks);
        while (TakeDue(target) is { } timer) timer.Fire();
        lock (_gate) Volatile.Write(ref _passed, Math.Max(_passed, target));
    }

    /// <summary>Keeps the clock still until the result is disposed, while a request is processed.</summary>
    public Work Begin()
    {
        lock (_gate) _busy++;
        return new Work(this);
    }

    internal void Set(MockTimer timer, TimeSpan dueTime)
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _activity);
            _timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan) return;
            timer.DueAt = _passed + Math.Max(0, dueTime.Ticks);
            timer.Order = ++_order;
            _timers.Add(timer);
            Watch();
        }
    }

    internal void Remove(MockTimer timer)
    {
        lock (_gate) _timers.Remove(timer);
    }

    private void End()
    {
        lock (_gate)
        {
            _busy--;
            Interlocked.Increment(ref _activity);
            Watch();
        }
    }

    /// <summary>The caller must hold the lock.</summary>
    private void Watch()
    {
        if (_isWatching || _busy > 0 || !_timers.Exists(static timer => timer.IsWait)) return;
        _isWatching = true;
        Queue(0, Interlocked.Read(ref _activity), Stopwatch.GetTimestamp());
    }

    private void Queue(int rounds, long seen, long since) => ThreadPool.UnsafeQueueUserWorkItem(
        static next => next.Clock.Round(next.Rounds, next.Seen, next.Since),
        (Clock: this, Rounds: rounds, Seen: seen, Since: since),
        preferLocal: false);

    private void Round(int rounds, long seen, long since)
    {
        var activity = Interlocked.Read(ref _activity);
        if (activity != seen)
        {
            Queue(0, activity, Stopwatch.GetTimestamp());
            return;
        }

        if (rounds < QuietRounds || Stopwatch.GetElapsedTime(since) < s_quietTime)
        {
            Queue(rounds + 1, seen, since);
            return;
        }

        MockTimer? due = null;
        lock (_gate)
        {
            _isWatching = false;
            if (_busy == 0 && Next(static timer => timer.IsWait) is { } wait) due = Take(wait.DueAt);
        }

        due?.Fire();
        lock (_gate) Watch();
    }

    private MockTimer? TakeDue(long target)
    {
        lock (_gate) return Take(target);
    }

    /// <summary>Removes the first timer that is due until then, and moves the clock to it. The caller must hold the lock.</summary>
    private MockTimer? Take(long target)
    {
        if (Next(timer => timer.DueAt <= target) is not { } due) return null;
        _timers.Remove(due);
        Volatile.Write(ref _passed, Math.Max(_passed, due.DueAt));
        Interlocked.Increment(ref _activity);
        return due;
    }

    private MockTimer? Next(Func<MockTimer, bool> filter) =>
        _timers.Where(filter).OrderBy(static timer => timer.DueAt).ThenBy(static timer => timer.Order).FirstOrDefault();

    /// <summary>A request that is being processed.</summary>
    internal sealed class Work(MockClock clock) : IDisposable
    {
        private MockClock? _clock = clock;

        public void Dispose() => Interlocked.Exchange(ref _clock, null)?.End();
    }
}
