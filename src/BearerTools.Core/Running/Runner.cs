using System.Diagnostics;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Telemetry;

namespace BearerTools.Running;

/// <summary>
/// Runs jobs concurrently and hands out their items, in input order or as they arrive. The pipeline thread adds jobs, takes items and
/// waits; workers run on the thread pool. The lock is never held while writing, sending or waiting.
/// </summary>
/// <param name="limits">The limits.</param>
/// <param name="levels">The levels of events that the command shows.</param>
/// <param name="time">The clock that measures how long jobs take.</param>
internal sealed partial class Runner(RunnerLimits limits, EventLevels levels = default, TimeProvider? time = null) : IDisposable
{
    /// <summary>The approximate size of an object without its content: small objects need more memory than their JSON.</summary>
    private const int BytesAnItem = 64;

    private static readonly TimeSpan s_batchDelay = TimeSpan.FromMilliseconds(1);

    private readonly object _gate = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly OutputOrder _order = new(limits.InOrder);
    private readonly Queue<JobOutput> _pending = new();
    private readonly Queue<Action> _interrupts = new();
    private int _workers;
    private int _pausedBehind;
    private long _waitingBytes;
    private int _waiting;
    private bool _completed;
    private long _wokenAt;
    private long _added;
    private long _done;
    private long _failed;
    private long _preparations;

    public EventLevels Levels => levels;

    public bool IsCancelled => _cancel.IsCancellationRequested;

    public CancellationToken Cancellation => _cancel.Token;

    /// <summary>True if another job would start at once.</summary>
    public bool HasIdleWorker
    {
        get
        {
            lock (_gate) return _workers < limits.Concurrent && !_isEnding && _window.HasCapacity(State, _lastMayModify);
        }
    }

    public RunCounts Counts
    {
        get
        {
            lock (_gate) return new(_added - _preparations, _done - _preparations, _failed, _order.Head?.State);
        }
    }

    /// <summary>Leaves the jobs that were added so far out of the counts: they prepared the run, and belong to no input.</summary>
    public void StartCounting()
    {
        lock (_gate) _preparations = _added;
    }

    /// <summary>Adds a job; returns false if too many are waiting for their turn.</summary>
    public bool TryAdd(Job job)
    {
        var startWorker = false;
        lock (_gate)
        {
            _lastMayModify = job.MayModify;
            if (!_window.HasCapacity(State, _lastMayModify)) return false;
            var output = new JobOutput(this, job, _added) { QueuedOn = RequestMetrics.MeasuresQueue ? Stopwatch.GetTimestamp() : 0 };
            _order.Add(output);
            _pending.Enqueue(output);
            _last = output;
            _added++;
            if (_workers < limits.Concurrent && !_isEnding)
            {
                _workers++;
                startWorker = true;
            }
        }

        if (startWorker) ThreadPool.UnsafeQueueUserWorkItem(static runner => _ = runner.WorkAsync(), this, preferLocal: false);
        return true;
    }

    /// <summary>Declares that no more jobs will be added.</summary>
    public void Complete()
    {
        lock (_gate) _completed = true;
    }

    /// <summary>
    /// Moves the items whose turn it is, and all interrupts, into the lists without waiting.
    /// </summary>
    /// <returns>True if there were any; always false after a cancellation.</returns>
    public bool TryTake(List<RunItem> items, List<Action> interrupts)
    {
        lock (_gate)
        {
            if (_cancel.IsCancellationRequested) return false;
            while (_interrupts.TryDequeue(out var interrupt)) interrupts.Add(interrupt);
            if (_isOverdue) TakeOverdue(items);
            while (!_isOverdue && items.Count < limits.HeadItems && !MayEndWith(items) && _order.TryNext(out var next))
            {
                next.MoveTo(items);
                _waitingBytes -= next.Cost;
                next.Cost = 0;
                if (!next.IsDone)
                {
                    Resume(next);
                    continue;
                }

                _order.Leave();
                if (_order.Head?.Pause is not null) _pausedBehind--;
            }

            if (_pausedBehind > 0 && _waitingBytes < limits.WaitingBytes / 2) ResumeAllPaused();
        }

        return items.Count > 0 || interrupts.Count > 0;
    }

    /// <summary>Waits until items can be taken, a job can be added or all jobs are done. For the pipeline thread.</summary>
    /// <param name="forCapacity">True if room for another job ends the wait.</param>
    /// <param name="atMost">The maximum wait in milliseconds, after which it returns true.</param>
    /// <returns>False if there is nothing to wait for: all jobs are done, or the run is cancelled.</returns>
    public bool Wait(bool forCapacity, int atMost = Timeout.Infinite)
    {
        lock (_gate)
        {
            // When responses arrive quickly, waking this thread for each would cost as much as the response itself: it waits a
            // moment and takes several at once.
            var batches = Stopwatch.GetElapsedTime(_wokenAt) < s_batchDelay;
            while (true)
            {
                if (_cancel.IsCancellationRequested) return false;
                if (_interrupts.Count > 0) return true;
                if (_order.HasNext || HasOverdue) return true;
                if (_completed && _order.Count == 0) return false;
                if (forCapacity && _window.HasCapacityAgain(State, _lastMayModify)) return true;
                if (batches) Monitor.Wait(_gate, s_batchDelay);
                else if (!WaitForChange(atMost, forCapacity)) return true;
                batches = false;
                _wokenAt = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>Runs an action on the pipeline thread, out of turn, such as a prompt or a user's script block.</summary>
    public void Interrupt(Action action)
    {
        lock (_gate)
        {
            _interrupts.Enqueue(action);
            WakeWaiting();
        }
    }

    /// <summary>Runs a function on the pipeline thread, out of turn, and returns its result to the caller on another thread.</summary>
    /// <param name="action">The function.</param>
    /// <param name="passes">True for an exception that the pipeline thread must get too (default: for none).</param>
    public Task<T> OnPipelineAsync<T>(Func<T> action, Func<Exception, bool>? passes = null)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Interrupt(() =>
        {
            try
            {
                done.SetResult(action());
            }
            catch (Exception e)
            {
                done.SetException(e);
                if (passes?.Invoke(e) == true) throw;
            }
        });
        // After a cancellation, the pipeline thread no longer runs actions.
        return done.Task.WaitAsync(Cancellation);
    }

    /// <summary>Cancels the workers and the consumer's wait. Callable from any thread; returns at once.</summary>
    public void Cancel()
    {
        // CancelAsync: Cancel runs callbacks inline, and the callers are Ctrl+C and a pipeline that is being torn down.
        _ = _cancel.CancelAsync();
        lock (_gate)
        {
            foreach (var output in _order.All) Resume(output);
            WakeWaiting();
        }
    }

    /// <summary>Cancels running jobs. The token source is not disposed: jobs may still use it, and it holds no resources.</summary>
    public void Dispose() => Cancel();

    /// <summary>Waits until no worker is running; returns false after the maximum wait.</summary>
    public bool WaitForWorkers(TimeSpan atMost)
    {
        var end = Environment.TickCount64 + (long)atMost.TotalMilliseconds;
        lock (_gate)
        {
            while (_workers > 0)
            {
                var left = end - Environment.TickCount64;
                if (left <= 0) return false;
                _waiting++;
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(left));
                _waiting--;
            }

            return true;
        }
    }

    internal void Note(JobOutput output, RunItem item)
    {
        lock (_gate)
        {
            if (output.IsDone) return;
            if (item.Kind == RunItemKind.Failure) OnFailure(output, ((JobFailure)item.Value!).Error);
            output.Add(item);
            if (_order.MarkReady(output)) WakeWaiting();
        }
    }

    internal ValueTask Post(JobOutput output, RunItem item, long cost)
    {
        lock (_gate)
        {
            output.Add(item);
            return Admit(output, cost + BytesAnItem);
        }
    }

    internal ValueTask Post(JobOutput output, List<object?> rows, long cost)
    {
        lock (_gate)
        {
            foreach (var row in rows) output.Add(new RunItem(RunItemKind.Row, row));
            return Admit(output, cost + (long)rows.Count * BytesAnItem);
        }
    }

    /// <summary>Pauses the job if needed: the one whose turn it is by its own buffered items, others by the total.</summary>
    private ValueTask Admit(JobOutput output, long cost)
    {
        if (_cancel.IsCancellationRequested) return ValueTask.FromCanceled(_cancel.Token);
        if (_isClosed) return AdmitAtEnd(cost);
        output.Cost += cost;
        _waitingBytes += cost;
        var isUp = _order.MarkReady(output);
        if (isUp) WakeWaiting();
        if (isUp ? output.Count < limits.HeadItems && HasCapacity(output) : _waitingBytes < limits.WaitingBytes)
            return ValueTask.CompletedTask;
        if (output.Pause is null)
        {
            if (!isUp) _pausedBehind++;
            output.Pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return new ValueTask(output.Pause.Task);
    }

    /// <summary>In order, the job that the others wait for only has its own limit; otherwise all jobs share the room.</summary>
    private bool HasCapacity(JobOutput output) => (limits.InOrder ? output.Cost : _waitingBytes) < limits.WaitingBytes;

    private void Resume(JobOutput output)
    {
        var pause = output.Pause;
        output.Pause = null;
        if (_cancel.IsCancellationRequested) pause?.TrySetCanceled(_cancel.Token);
        else pause?.TrySetResult();
    }

    private void ResumeAllPaused()
    {
        foreach (var output in _order.All) Resume(output);
        _pausedBehind = 0;
    }

    private bool WaitForChange(int atMost, bool forCapacity = false)
    {
        _waiting++;
        _waitsForCapacity = forCapacity;
        var isSignalled = Monitor.Wait(_gate, atMost);
        _waitsForCapacity = false;
        _waiting--;
        return isSignalled;
    }

    private void WakeWaiting()
    {
        if (_waiting > 0) Monitor.PulseAll(_gate);
    }

    private async Task WorkAsync()
    {
        for (var output = Next(done: null); output is not null; output = Next(output))
        {
            try
            {
                await output.Job.StartAsync(output, _cancel.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (_cancel.IsCancellationRequested || (e is OperationCanceledException && _isEnding))
            {
                // The run is over: the result is not needed.
                output.IsCut = true;
            }
            catch (Exception e)
            {
                output.Fail(new JobFailure(e, output.Job.Input));
            }
        }
    }

    /// <summary>Finishes a worker's job and returns its next one, or <see langword="null"/> to end the worker.</summary>
    private JobOutput? Next(JobOutput? done)
    {
        lock (_gate)
        {
            if (done is not null)
            {
                done.Finish();
                _latency.End(done.Began);
                _done++;
                Account(done);
                if (_order.MarkReady(done) || _isClosed || _isOverdue) WakeWaiting();
            }

            if (!_cancel.IsCancellationRequested && !_isEnding && _pending.TryDequeue(out var output))
            {
                output.Began = _latency.Begin();
                if (_waitsForCapacity && _window.HasCapacityAgain(State, _lastMayModify)) WakeWaiting();
                return output;
            }

            _workers--;
            WakeWaiting();
            return null;
        }
    }
}
