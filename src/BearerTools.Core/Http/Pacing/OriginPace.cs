using BearerTools.Diagnostics;

namespace BearerTools.Http.Pacing;

/// <summary>
/// The pace of one origin, shared by everything in this process that sends to it. Without a limit, a message costs an increment and
/// a decrement. Otherwise messages wait until every limit admits the next one: those of commands and a 503 apply to all of them, quotas
/// and a 429 to those with the same token. Among the messages that may go, the order of arrival decides.
/// </summary>
internal sealed partial class OriginPace(TimeProvider time, Func<double> jitter, Action<Pause>? paused = null)
{
    private readonly object _gate = new();
    private readonly long _begin = time.GetTimestamp();
    private readonly PaceLimits _limits = new();
    private readonly ServerLimits _everyone = new();

    /// <summary>The lanes in which a message waits.</summary>
    private readonly List<PaceLane> _lanes = [];
    private ITimer? _timer;
    private long _tickets;
    private int _counted;
    private volatile bool _isOpen = true;

    /// <summary>The number of waiting messages.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _lanes.Sum(lane => lane.Waiting.Count);
        }
    }

    /// <summary>The time since this pace was created; never zero, which means "not counted" in a permit.</summary>
    private TimeSpan Now => time.GetElapsedTime(_begin) + TimeSpan.FromTicks(1);

    /// <inheritdoc cref="PaceLane.EnterAsync"/>
    public ValueTask<Permit> EnterAsync(
        PaceLane lane, Uri? address, TimeSpan? maxWait, IEventSink events, IProgressSink? progress, CancellationToken cancel)
    {
        if (!_isUsed) _isUsed = true;
        if (!_isOpen) return EnterInTurnAsync(lane, address, maxWait, events, progress, cancel);
        lane.Limits.Enter();
        return new ValueTask<Permit>(new Permit(lane, default, default));
    }

    /// <inheritdoc cref="PaceLane.Leave"/>
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
        if (hasLeft) permit.Lane.Limits.Leave();
        if (hasLeft && _isOpen) return null;
        lock (_gate)
        {
            var now = Now;
            try
            {
                return Complete(permit, verdict, hasResponse, now, hasLeft ? 1 : 0);
            }
            finally
            {
                if (permit.IsCounted) _counted--;
                if (!hasLeft) permit.Lane.Limits.Leave();
                AdmitWaiting(now);
            }
        }
    }

    private TimeSpan? Complete(in Permit permit, in Verdict verdict, bool hasResponse, TimeSpan now, int left)
    {
        var (own, all) = (permit.Lane.Limits.InProgress + left, InProgress() + left);
        _limits.Completed(permit, verdict, hasResponse, now, all);
        var pause = _everyone.Completed(permit, verdict.ForAll, hasResponse, now, all, jitter);
        return permit.Lane.Limits.Completed(permit, verdict.ForToken, hasResponse, now, own, jitter) ?? pause;
    }

    /// <summary>Adds a command's limits.</summary>
    public void Join(PaceOptions demand) => Change(now => _limits.Join(demand, now, InProgress(), _counted));

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

    private ValueTask<Permit> EnterInTurnAsync(
        PaceLane lane, Uri? address, TimeSpan? maxWait, IEventSink events, IProgressSink? progress, CancellationToken cancel)
    {
        PaceWaiter waiter;
        Pause? pause;
        bool isFirst;
        lock (_gate)
        {
            var now = Now;
            lane = ActualLane(lane, address);
            AdmitWaiting(now);
            if (lane.Waiting.Count == 0 && OpensAt(lane, now) <= now) return new ValueTask<Permit>(Admit(lane, now));
            pause = PauseAt(lane, now);
            isFirst = pause is { } known && lane.Limits.IsFirst(now, known);
            waiter = new PaceWaiter(_gate, lane, ++_tickets, maxWait is { } atMost ? now + atMost : TimeSpan.MaxValue);
            if (lane.Waiting.Count == 0 && !_lanes.Contains(lane)) _lanes.Add(lane);
            waiter.Node = lane.Waiting.AddLast(waiter);
            AdmitWaiting(now);
        }

        if (pause is not { } reason) return waiter.WaitAsync(null, cancel);
        // A pause that the API asked for is known from its response.
        if (isFirst && (reason.Reason == PauseReason.QuotaUsedUp || reason.IsOwn)) paused?.Invoke(reason);
        RequestPaused.Write(events, reason.Reason, reason.For, reason.Quota, isFirst);
        progress?.Show($"waiting until {TimeText.Clock(time.GetUtcNow() + reason.For)}, {reason.Clause}");
        return waiter.WaitAsync(progress, cancel);
    }

    private Permit Admit(PaceLane lane, TimeSpan now)
    {
        lane.Limits.Enter();
        lane.Limits.Sent(now);
        _everyone.Sent(now);
        _counted++;
        return new Permit(lane, now, _limits.Sent(now));
    }

    /// <summary>Admits as many waiting messages as the limits allow, in order, and schedules the next admission.</summary>
    private void AdmitWaiting(TimeSpan now)
    {
        RejectHopelessWaiters(now);
        while (true)
        {
            var opensAt = TimeSpan.MaxValue;
            PaceLane? next = null;
            foreach (var lane in _lanes)
            {
                if (lane.Waiting.First is not { } first) continue;
                var open = OpensAt(lane, now);
                if (open < opensAt) opensAt = open;
                if (open <= now && !(first.Value.Ticket > next?.Waiting.First!.Value.Ticket)) next = lane;
            }

            if (next is null)
            {
                _lanes.RemoveAll(lane => lane.Waiting.Count == 0);
                _isOpen = _lanes.Count == 0 && AreNone(now);
                if (_lanes.Count > 0 && opensAt < TimeSpan.MaxValue) SetTimer(opensAt - now);
                return;
            }

            var waiter = next.Waiting.First!.Value;
            next.Waiting.RemoveFirst();
            waiter.TrySetResult(Admit(next, now));
        }
    }

    private TimeSpan OpensAt(PaceLane lane, TimeSpan now)
    {
        var all = InProgress();
        var opensAt = _limits.OpensAt(now, all);
        var everyone = _everyone.OpensAt(now, all, lane.Scope);
        if (everyone > opensAt) opensAt = everyone;
        var own = lane.Limits.OpensAt(now, lane.Limits.InProgress, lane.Scope);
        return own > opensAt ? own : opensAt;
    }

    private Pause? PauseAt(PaceLane lane, TimeSpan now)
    {
        var own = lane.Limits.PauseAt(now, lane.Scope);
        return _everyone.PauseAt(now, lane.Scope) is { } pause && !(own?.For > pause.For) ? pause : own;
    }

    private void RejectHopelessWaiters(TimeSpan now)
    {
        foreach (var lane in _lanes)
        {
            if (PauseAt(lane, now) is not { } pause) continue;
            for (var node = lane.Waiting.First; node is not null;)
            {
                var (waiter, next) = (node.Value, node.Next);
                if (waiter.GivesUpAt - now < pause.For)
                {
                    lane.Waiting.Remove(node);
                    waiter.TrySetException(new PausedTooLongException(pause));
                }

                node = next;
            }
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
}
