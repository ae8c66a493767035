using System.Diagnostics;
using BearerTools.Diagnostics;

namespace BearerTools.Running;

/// <summary>
/// Runs jobs concurrently and gives out what they write, in the order of their inputs or as it comes. The pipeline's thread adds, takes
/// and waits; workers run on the pool. Nobody holds the lock while anything is written, sent or waited for.
/// </summary>
/// <param name="limits">Its limits.</param>
/// <param name="levels">The levels of events that the command shows.</param>
internal sealed class Runner(RunnerLimits limits, EventLevels levels = default) : IDisposable
{
    /// <summary>About what an object takes besides its content: small ones weigh more here than on the wire.</summary>
    private const int BytesAnItem = 64;

    private static readonly TimeSpan s_breath = TimeSpan.FromMilliseconds(1);

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

    public EventLevels Levels => levels;

    public bool IsCancelled => _cancel.IsCancellationRequested;

    public CancellationToken Cancellation => _cancel.Token;

    /// <summary>Whether another job would be begun at once.</summary>
    public bool HasIdleWorker
    {
        get
        {
            lock (_gate) return _workers < limits.Concurrent && _order.Count < limits.Window;
        }
    }

    public RunCounts Counts
    {
        get
        {
            lock (_gate) return new(_added, _done, _failed, _order.Head?.State);
        }
    }

    /// <summary>Takes a job in; false when too many wait for their turn already.</summary>
    public bool TryAdd(Job job)
    {
        var startWorker = false;
        lock (_gate)
        {
            if (_order.Count >= limits.Window) return false;
            var output = new JobOutput(this, job);
            _order.Add(output);
            _pending.Enqueue(output);
            _added++;
            if (_workers < limits.Concurrent)
            {
                _workers++;
                startWorker = true;
            }
        }

        if (startWorker) ThreadPool.UnsafeQueueUserWorkItem(static runner => _ = runner.WorkAsync(), this, preferLocal: false);
        return true;
    }

    /// <summary>No more jobs will come.</summary>
    public void Complete()
    {
        lock (_gate) _completed = true;
    }

    /// <summary>
    /// Moves the items whose turn it is into a list, without waiting; and interrupts, which have no turn.
    /// </summary>
    /// <returns>Whether there was anything; never after a cancellation.</returns>
    public bool TryTake(List<RunItem> items, List<Action> interrupts)
    {
        lock (_gate)
        {
            if (_cancel.IsCancellationRequested) return false;
            while (_interrupts.TryDequeue(out var interrupt)) interrupts.Add(interrupt);
            while (items.Count < limits.HeadItems && _order.TryNext(out var next))
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

            if (_pausedBehind > 0 && _waitingBytes < limits.WaitingBytes / 2) ResumeAllBehind();
        }

        return items.Count > 0 || interrupts.Count > 0;
    }

    /// <summary>Waits until something can be taken, a job can be added or all is done. For the pipeline's thread.</summary>
    /// <param name="forCapacity">Whether room for another job ends the wait.</param>
    /// <param name="atMost">In milliseconds: then it returns as if there were something, once.</param>
    /// <returns>False when there is nothing to wait for: all done, or cancelled.</returns>
    public bool Wait(bool forCapacity, int atMost = Timeout.Infinite)
    {
        lock (_gate)
        {
            // Where answers come fast, waking this thread for each of them would cost as much as the answer: it looks
            // again a moment later, and finds many.
            var takesBreath = Stopwatch.GetElapsedTime(_wokenAt) < s_breath;
            while (true)
            {
                if (_cancel.IsCancellationRequested) return false;
                if (_interrupts.Count > 0) return true;
                if (_order.HasNext) return true;
                if (_completed && _order.Count == 0) return false;
                if (forCapacity && _order.Count < limits.Window) return true;
                if (takesBreath) Monitor.Wait(_gate, s_breath);
                else if (!WaitForNews(atMost)) return true;
                takesBreath = false;
                _wokenAt = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>Has something done on the pipeline's thread, out of turn, such as a prompt or a user's script block.</summary>
    public void Interrupt(Action action)
    {
        lock (_gate)
        {
            _interrupts.Enqueue(action);
            WakeWaiting();
        }
    }

    /// <summary>Ends everything: the workers' sending and waiting, and the consumer's wait. From any thread; returns at once.</summary>
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

    /// <summary>Cancels what still runs. The token source stays usable for it, and holds nothing that needs freeing.</summary>
    public void Dispose() => Cancel();

    /// <summary>Waits, at most so long, until no worker runs any more.</summary>
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
            if (item.Kind == RunItemKind.Failure) _failed++;
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

    /// <summary>Whether the job may go on: the one whose turn it is by what of its own waits, the others by what waits in all.</summary>
    private ValueTask Admit(JobOutput output, long cost)
    {
        if (_cancel.IsCancellationRequested) return ValueTask.FromCanceled(_cancel.Token);
        output.Cost += cost;
        _waitingBytes += cost;
        var isUp = _order.MarkReady(output);
        if (isUp) WakeWaiting();
        if (isUp ? output.Count < limits.HeadItems && HasCapacity(output) : _waitingBytes < limits.WaitingBytes) return ValueTask.CompletedTask;
        if (output.Pause is null)
        {
            if (!isUp) _pausedBehind++;
            output.Pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return new ValueTask(output.Pause.Task);
    }

    /// <summary>The one that all others wait for goes on whatever they have; where nobody waits for another, all share the room.</summary>
    private bool HasCapacity(JobOutput output) => (limits.InOrder ? output.Cost : _waitingBytes) < limits.WaitingBytes;

    private void Resume(JobOutput output)
    {
        var pause = output.Pause;
        output.Pause = null;
        if (_cancel.IsCancellationRequested) pause?.TrySetCanceled(_cancel.Token);
        else pause?.TrySetResult();
    }

    private void ResumeAllBehind()
    {
        foreach (var output in _order.All) Resume(output);
        _pausedBehind = 0;
    }

    private bool WaitForNews(int atMost)
    {
        _waiting++;
        var came = Monitor.Wait(_gate, atMost);
        _waiting--;
        return came;
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
                await output.Job.RunAsync(output, _cancel.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_cancel.IsCancellationRequested)
            {
                // Nobody waits for it any more.
            }
            catch (Exception e)
            {
                output.Fail(new JobFailure(e, output.Job.Input));
            }
        }
    }

    /// <summary>A worker is through with a job, and gets another.</summary>
    private JobOutput? Next(JobOutput? done)
    {
        lock (_gate)
        {
            if (done is not null)
            {
                done.IsDone = true;
                _done++;
                if (_order.MarkReady(done)) WakeWaiting();
            }

            if (!_cancel.IsCancellationRequested && _pending.TryDequeue(out var output)) return output;
            _workers--;
            WakeWaiting();
            return null;
        }
    }
}
