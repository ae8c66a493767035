using BearerTools.Diagnostics;

namespace BearerTools.Http.Pacing;

/// <summary>
/// The pace of one origin, shared by everything in this process that sends to it. Without a limit, a message costs an increment and
/// a decrement. Otherwise messages wait in order of arrival until every limit admits the next one.
/// </summary>
internal sealed partial class OriginPace(TimeProvider time, Func<double> jitter)
{
    private readonly object _gate = new();
    private readonly long _begin = time.GetTimestamp();
    private readonly LinkedList<Waiter> _waiting = new();
    private readonly PaceLimits _limits = new();
    private ITimer? _timer;
    private int _inProgress;
    private int _counted;
    private volatile bool _isOpen = true;

    /// <summary>The number of waiting messages.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>The time since this pace was created; never zero, which means "not counted" in a permit.</summary>
    private TimeSpan Now => time.GetElapsedTime(_begin) + TimeSpan.FromTicks(1);

    /// <summary>Waits until a message may go out.</summary>
    /// <param name="maxWait">The maximum wait; <see langword="null"/> for no limit.</param>
    /// <param name="events">Receives an event if the message has to wait.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <exception cref="PausedTooLongException">The origin is paused for longer than the maximum wait.</exception>
    public ValueTask<Permit> EnterAsync(TimeSpan? maxWait, IEventSink events, CancellationToken cancel)
    {
        if (!_isUsed) _isUsed = true;
        if (!_isOpen) return EnterInTurnAsync(maxWait, events, cancel);
        Interlocked.Increment(ref _inProgress);
        return new ValueTask<Permit>(new Permit(this, default, default));
    }

    /// <summary>Returns a permit, whatever the response contains and whatever fails.</summary>
    /// <param name="permit">The permit.</param>
    /// <param name="response">The response, or <see langword="null"/> if none came.</param>
    /// <returns>
    /// The time that the response asks all clients to wait; <see langword="null"/> if it does not, or another response already did.
    /// </returns>
    public TimeSpan? Leave(in Permit permit, HttpResponseMessage? response)
    {
        Verdict verdict = default;
        TimeSpan? pause = null;
        try
        {
            if (response is not null) verdict = Verdict.Of(response, time);
        }
        finally
        {
            pause = Return(permit, verdict, response is not null);
        }

        return pause;
    }

    private TimeSpan? Return(in Permit permit, in Verdict verdict, bool hasResponse)
    {
        // Decrement first, then check: a thread that closes the pace meanwhile either sees the decrement or is seen here. But what a
        // response says about quotas must be recorded before the next message is admitted in its place.
        var hasLeft = !permit.IsCounted && !verdict.Matters;
        if (hasLeft) Interlocked.Decrement(ref _inProgress);
        if (hasLeft && _isOpen) return null;
        lock (_gate)
        {
            var now = Now;
            try
            {
                return _limits.Completed(permit, verdict, hasResponse, now, Volatile.Read(ref _inProgress) + (hasLeft ? 1 : 0), jitter);
            }
            finally
            {
                if (permit.IsCounted) _counted--;
                if (!hasLeft) Interlocked.Decrement(ref _inProgress);
                AdmitWaiting(now);
            }
        }
    }

    /// <summary>Adds a command's limits.</summary>
    public void Join(PaceOptions demand) => Change(now => _limits.Join(demand, now, Volatile.Read(ref _inProgress), _counted));

    /// <summary>Removes a command's limits.</summary>
    public void Quit(PaceOptions demand) => Change(_ => _limits.Quit(demand));

    private void Change(Action<TimeSpan> change)
    {
        lock (_gate)
        {
            // Closed before the messages in progress are counted: a message that leaves now is either counted or sees the closed flag.
            _isOpen = false;
            Interlocked.MemoryBarrier();
            change(Now);
            AdmitWaiting(Now);
        }
    }

    private ValueTask<Permit> EnterInTurnAsync(TimeSpan? maxWait, IEventSink events, CancellationToken cancel)
    {
        Waiter waiter;
        Pause? pause;
        lock (_gate)
        {
            var now = Now;
            AdmitWaiting(now);
            if (_waiting.Count == 0 && _limits.OpensAt(now, Volatile.Read(ref _inProgress)) <= now)
                return new ValueTask<Permit>(Admit(now));
            pause = _limits.PauseAt(now);
            waiter = new Waiter(this, maxWait is { } atMost ? now + atMost : TimeSpan.MaxValue);
            waiter.Node = _waiting.AddLast(waiter);
            AdmitWaiting(now);
        }

        if (pause is { } known && events.IsEnabled(EventLevel.Verbose)) events.Write(new RequestPaused(known.Reason, known.For));
        return waiter.WaitAsync(cancel);
    }

    private Permit Admit(TimeSpan now)
    {
        Interlocked.Increment(ref _inProgress);
        _counted++;
        return new Permit(this, now, _limits.Sent(now));
    }

    /// <summary>Admits as many waiting messages as the limits allow, in order, and schedules the next admission.</summary>
    private void AdmitWaiting(TimeSpan now)
    {
        RejectHopelessWaiters(now);
        while (_waiting.First is { } first)
        {
            var opensAt = _limits.OpensAt(now, Volatile.Read(ref _inProgress));
            if (opensAt > now)
            {
                _isOpen = false;
                if (opensAt < TimeSpan.MaxValue) SetTimer(opensAt - now);
                return;
            }

            _waiting.RemoveFirst();
            first.Value.TrySetResult(Admit(now));
        }

        _isOpen = _limits.AreNone(now, Volatile.Read(ref _inProgress));
    }

    private void RejectHopelessWaiters(TimeSpan now)
    {
        if (_limits.PauseAt(now) is not { } pause) return;
        for (var node = _waiting.First; node is not null;)
        {
            var (waiter, next) = (node.Value, node.Next);
            if (waiter.GivesUpAt - now < pause.For)
            {
                _waiting.Remove(node);
                waiter.TrySetException(new PausedTooLongException(pause));
            }

            node = next;
        }
    }

    private void SetTimer(TimeSpan wait)
    {
        _timer ??= NewTimer();
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Created without the execution context: the timer outlives the command that happens to need it first.</summary>
    private ITimer NewTimer()
    {
        if (!ExecutionContext.IsFlowSuppressed())
        {
            using (ExecutionContext.SuppressFlow()) return NewTimer();
        }

        return time.CreateTimer(static pace => ((OriginPace)pace!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_gate) AdmitWaiting(Now);
    }

    /// <summary>A message that waits for its permit.</summary>
    private sealed class Waiter(OriginPace pace, TimeSpan givesUpAt)
        : TaskCompletionSource<Permit>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TimeSpan GivesUpAt => givesUpAt;

        public LinkedListNode<Waiter>? Node { get; set; }

        public async ValueTask<Permit> WaitAsync(CancellationToken cancel)
        {
            using var registration = cancel.UnsafeRegister(static (waiter, token) => ((Waiter)waiter!).Leave(token), this);
            return await Task.ConfigureAwait(false);
        }

        private void Leave(CancellationToken token)
        {
            lock (pace._gate)
            {
                // A waiter that has left the queue has already been admitted or rejected.
                if (Node!.List is null) return;
                pace._waiting.Remove(Node);
            }

            TrySetCanceled(token);
        }
    }
}
