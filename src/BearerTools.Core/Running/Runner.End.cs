namespace BearerTools.Running;

/// <content>
/// The end of a run by an error. It has two steps. When a worker finds the error, no further input starts, but in order, the inputs before
/// it still have their turn, for a limited time. When its turn comes, the run is closed: nothing at all is sent, and what may change
/// something finishes.
/// </content>
internal sealed partial class Runner
{
    private const long NoOne = -1;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private volatile bool _isEnding;
    private volatile bool _isClosed;
    private volatile bool _isOverdue;
    private ITimer? _endTimer;
    private long _endingSince;
    private long _ending = NoOne;
    private long _endsRest = NoOne;
    private long _lastAllowed = long.MaxValue;
    private long _lastFailed = NoOne;
    private long _sent;
    private long _finished;
    private long _failedUnsent;
    private long _dropped;
    private long _sending;
    private long _bytesAtEnd;

    /// <summary>True if an error that ends the run waits for its turn: no further input needs to be read.</summary>
    public bool IsEnding
    {
        get
        {
            lock (_gate) return _isEnding && _order.Count > 0;
        }
    }

    /// <summary>True if no further input starts.</summary>
    public bool HasEnded => _isEnding;

    /// <summary>True if messages that may change something are in progress.</summary>
    public bool IsSending => Interlocked.Read(ref _sending) > 0;

    /// <summary>The result of a run that was closed and then cancelled.</summary>
    public RunEnd Result
    {
        get
        {
            lock (_gate)
            {
                var unfinished = _sent - _finished + _dropped;
                return new(_added - _preparations, _sent, _failed, unfinished, _added - _sent - _failedUnsent, _failedUnsent);
            }
        }
    }

    /// <summary>The time since the failure that ends the run, or since the run was closed.</summary>
    public TimeSpan SinceEnding
    {
        get
        {
            lock (_gate) return _isEnding ? _time.GetElapsedTime(_endingSince) : TimeSpan.Zero;
        }
    }

    /// <summary>True if the items of the failure are to be written, because the inputs before it have had their time.</summary>
    private bool HasOverdue => _isOverdue && !_isClosed && _order.All.Any(output => IsTakenOverdue(output) && output.Count > 0);

    /// <summary>
    /// Called when there is another input: a failure that spares only further inputs ends the run now, and is an error of its input without
    /// them.
    /// </summary>
    /// <returns>True if the run ends or has ended.</returns>
    public bool EndBeforeNext()
    {
        lock (_gate)
        {
            if (_endsRest != NoOne && !_isEnding) EndWith(_endsRest);
            return _isEnding;
        }
    }

    /// <summary>Closes the run: no job starts, and no message is sent. Those in progress go on.</summary>
    public void Close()
    {
        lock (_gate)
        {
            BeginEnding();
            _isClosed = true;
            _endTimer?.Dispose();
            Interlocked.Exchange(ref _lastAllowed, NoOne);
            _pending.Clear();
            foreach (var output in _order.All) Resume(output);
            _pausedBehind = 0;
        }
    }

    /// <summary>Waits until no message that may change something is in progress, or the run is cancelled.</summary>
    /// <param name="atMost">The maximum wait.</param>
    /// <param name="isStopped">
    /// True if the user stops the command. Once another command has ended the pipeline, the engine does not call StopProcessing.
    /// </param>
    /// <returns>False after the maximum wait.</returns>
    public bool WaitForMessages(TimeSpan atMost, Func<bool>? isStopped = null)
    {
        var end = Environment.TickCount64 + (long)atMost.TotalMilliseconds;
        lock (_gate)
        {
            while (IsSending && !_cancel.IsCancellationRequested && isStopped?.Invoke() != true)
            {
                var left = end - Environment.TickCount64;
                if (left <= 0) return false;
                // Short, because a message that gives way to a wait is not announced.
                WaitForChange((int)Math.Min(left, 50));
            }

            return true;
        }
    }

    /// <summary>
    /// Moves what is left of jobs that may have changed something and finished into the list, in order. The rows of others are dropped, so
    /// that what a run of reads returns does not depend on how fast they were. Works after a cancellation too.
    /// </summary>
    public void TakeFinished(List<RunItem> items)
    {
        lock (_gate)
        {
            foreach (var output in _order.All)
            {
                if (output is not { IsDone: true, IsCut: false }) continue;
                if (output.HasModified) output.MoveTo(items);
                else if (output is { Count: > 0, Rows: > 0 }) _dropped++;
            }
        }
    }

    /// <summary>Called before each message of a job.</summary>
    /// <exception cref="Http.RunEndedException">The job may send nothing any more.</exception>
    internal void AdmitMessage(JobOutput output, bool mayModify)
    {
        // Counted before the check, so that Close either sees the message or keeps it from being sent.
        if (mayModify && output.SetSending(true)) Interlocked.Increment(ref _sending);
        if (output.Index > Interlocked.Read(ref _lastAllowed))
        {
            Release(output);
            throw new Http.RunEndedException();
        }

        if (!output.HasSent) Interlocked.Increment(ref _sent);
    }

    internal void Release(JobOutput output)
    {
        if (output.SetSending(false)) Interlocked.Decrement(ref _sending);
    }

    /// <summary>Counts a failure, and stops the start of further inputs if it ends the run. The caller holds the lock.</summary>
    private void OnFailure(JobOutput output, Exception error)
    {
        _failed++;
        if (!output.HasSent) _failedUnsent++;
        _lastFailed = Math.Max(_lastFailed, output.Index);
        if (_isClosed) return;
        if (limits.EndsRun?.Invoke(error, _failed) == true) EndWith(_lastFailed);
        else if (limits.EndsRest?.Invoke(error) != true) return;
        else if (_isEnding || _pending.Count > 0) EndWith(_lastFailed);
        else _endsRest = _lastFailed;
    }

    /// <summary>Stops the start of further inputs. The caller holds the lock.</summary>
    /// <param name="last">The last input that may still send.</param>
    private void EndWith(long last)
    {
        if (!_isEnding && limits is { InOrder: true, EndWait: { } wait })
            _endTimer = _time.CreateTimer(static runner => ((Runner)runner!).EndWait(), this, wait, Timeout.InfiniteTimeSpan);
        BeginEnding();
        Interlocked.Exchange(ref _lastAllowed, limits.InOrder ? Math.Min(_lastAllowed, last) : NoOne);
    }

    private void BeginEnding()
    {
        if (!_isEnding) _endingSince = _time.GetTimestamp();
        _isEnding = true;
    }

    /// <summary>True if the last item may end the run: what comes behind it is not taken with it. The caller holds the lock.</summary>
    private bool MayEndWith(List<RunItem> items) => _isEnding && items is [.., { Kind: RunItemKind.Failure }];

    /// <summary>Ends the wait for the inputs before the failed one: they send nothing more, and the failure is written.</summary>
    private void EndWait()
    {
        lock (_gate)
        {
            if (_isClosed || _isOverdue) return;
            _ending = Interlocked.Exchange(ref _lastAllowed, NoOne);
            _isOverdue = true;
            WakeWaiting();
        }
    }

    /// <summary>Moves the results of complete inputs up to the failure. The caller holds the lock.</summary>
    private void TakeOverdue(List<RunItem> items)
    {
        foreach (var output in _order.All)
        {
            if (IsTakenOverdue(output) || ReferenceEquals(output, _order.Head)) output.MoveTo(items);
        }
    }

    private bool IsTakenOverdue(JobOutput output) => output is { IsDone: true, IsCut: false } && output.Index <= _ending;

    /// <summary>Counts a job that is done. The caller holds the lock.</summary>
    private void Account(JobOutput done)
    {
        Release(done);
        if (done.IsCut) return;
        if (done.HasSent) _finished++;
    }

    /// <summary>A closed run writes nothing before its end, so a job is not paused, but it may not fill the memory either.</summary>
    private ValueTask AdmitAtEnd(long cost)
    {
        _bytesAtEnd += cost;
        return _bytesAtEnd < limits.WaitingBytes * 8 ? ValueTask.CompletedTask : ValueTask.FromException(new Http.RunEndedException());
    }
}
