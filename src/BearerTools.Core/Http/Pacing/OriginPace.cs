using BearerTools.Diagnostics;

namespace BearerTools.Http.Pacing;

/// <summary>
/// The pace of one origin, shared by everything in this process that sends to it. While nothing limits it, a message costs
/// a count up and a count down. Else messages wait in the order they came, until all that limits lets the next one go.
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

    /// <summary>How many messages wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Time as it is counted here: since this pace was made, and never nothing.</summary>
    private TimeSpan Now => time.GetElapsedTime(_begin) + TimeSpan.FromTicks(1);

    /// <summary>Waits until a message may go out.</summary>
    /// <param name="patience">How long that may take; nothing for as long as it takes.</param>
    /// <param name="events">Receives an event when the message has to wait.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="PausedTooLongException">It would take longer, and that is known already.</exception>
    public ValueTask<Permit> EnterAsync(TimeSpan? patience, IEventSink events, CancellationToken cancel)
    {
        if (!_isUsed) _isUsed = true;
        if (!_isOpen) return EnterInTurnAsync(patience, events, cancel);
        Interlocked.Increment(ref _inProgress);
        return new ValueTask<Permit>(new Permit(this, default, default));
    }

    /// <summary>Gives a permit back, whatever the response holds and whatever fails on the way.</summary>
    /// <param name="permit">The permit.</param>
    /// <param name="response">The response, or <see langword="null"/> if none came.</param>
    /// <returns>
    /// How long the response asks everyone to wait; <see langword="null"/> if it does not, or another response asked before.
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
        // Down first, and then looked: who closes meanwhile sees that it has left, or is seen. But what an answer says of
        // what is left, others must know before they go in its place.
        var hasLeft = !permit.IsCounted && !verdict.Matters;
        if (hasLeft) Interlocked.Decrement(ref _inProgress);
        if (hasLeft && _isOpen) return null;
        lock (_gate)
        {
            var now = Now;
            try
            {
                return _limits.Responded(permit, verdict, hasResponse, now, Volatile.Read(ref _inProgress) + (hasLeft ? 1 : 0), jitter);
            }
            finally
            {
                if (permit.IsCounted) _counted--;
                if (!hasLeft) Interlocked.Decrement(ref _inProgress);
                LetGo(now);
            }
        }
    }

    /// <summary>A command begins to send here.</summary>
    public void Join(PaceOptions demand) => Change(now => _limits.Join(demand, now, Volatile.Read(ref _inProgress), _counted));

    /// <summary>A command does not send here any more.</summary>
    public void Quit(PaceOptions demand) => Change(_ => _limits.Quit(demand));

    private void Change(Action<TimeSpan> change)
    {
        lock (_gate)
        {
            // Closed before it is looked at who is under way: whoever leaves now either is seen, or sees that it is closed.
            _isOpen = false;
            Interlocked.MemoryBarrier();
            change(Now);
            LetGo(Now);
        }
    }

    private ValueTask<Permit> EnterInTurnAsync(TimeSpan? patience, IEventSink events, CancellationToken cancel)
    {
        Waiter waiter;
        Pause? pause;
        lock (_gate)
        {
            var now = Now;
            LetGo(now);
            if (_waiting.Count == 0 && _limits.OpensAt(now, Volatile.Read(ref _inProgress)) <= now) return new ValueTask<Permit>(Admit(now));
            pause = _limits.PauseAt(now);
            waiter = new Waiter(this, patience is { } atMost ? now + atMost : TimeSpan.MaxValue);
            waiter.Node = _waiting.AddLast(waiter);
            LetGo(now);
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

    /// <summary>Lets go whoever may, in their order, and has itself called when the next one may.</summary>
    private void LetGo(TimeSpan now)
    {
        RejectHopelessWaiters(now);
        while (_waiting.First is { } first)
        {
            var opensAt = _limits.OpensAt(now, Volatile.Read(ref _inProgress));
            if (opensAt > now)
            {
                _isOpen = false;
                if (opensAt < TimeSpan.MaxValue) CallAt(opensAt - now);
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
            if (waiter.LeavesAt - now < pause.For)
            {
                _waiting.Remove(node);
                waiter.TrySetException(new PausedTooLongException(pause));
            }

            node = next;
        }
    }

    private void CallAt(TimeSpan wait)
    {
        _timer ??= NewTimer();
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    /// <summary>It lives as long as the process; what its first user carries along need not.</summary>
    private ITimer NewTimer()
    {
        if (!ExecutionContext.IsFlowSuppressed())
        {
            using (ExecutionContext.SuppressFlow()) return NewTimer();
        }

        return time.CreateTimer(static pace => ((OriginPace)pace!).Called(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void Called()
    {
        lock (_gate) LetGo(Now);
    }

    /// <summary>A message that waits for its permit.</summary>
    private sealed class Waiter(OriginPace pace, TimeSpan leavesAt) : TaskCompletionSource<Permit>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TimeSpan LeavesAt => leavesAt;

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
                // Whoever is out of the line was let go or turned away.
                if (Node!.List is null) return;
                pace._waiting.Remove(Node);
            }

            TrySetCanceled(token);
        }
    }
}
