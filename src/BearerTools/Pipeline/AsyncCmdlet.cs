using System.Diagnostics;
using System.Management.Automation;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Explaining;
using BearerTools.Http.Bodies;
using BearerTools.Running;
using BearerTools.Security;
using BearerTools.Session;
using Job = BearerTools.Running.Job;

namespace BearerTools.Pipeline;

/// <summary>
/// Connects the pipeline thread with the workers: a cmdlet queues jobs, and their output is written in input order. Only this class
/// writes, always on the pipeline thread. The workers stop when the command ends, for any reason: the last input, an error,
/// <c>Select-Object -First</c>, Ctrl+C, or an upstream command that throws.
/// </summary>
public abstract partial class AsyncCmdlet : PSCmdlet, IDisposable
{
    /// <summary>Maximum time to wait for the workers to end when a command is stopped.</summary>
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(1);

    private static readonly string[] s_explainTags = ["PSHOST", "BearerTools.Explain"];

    private readonly List<RunItem> _items = [];
    private readonly List<Action> _interrupts = [];
    private Runner? _runner;
    private ProgressLine? _progress;
    private int _nextItem;
    private bool _hasAll;
    private bool _hasWaited;
    private bool _isPreparing;
    private InputPace? _pace;
    private Explainer? _explainer;

    /// <summary>The event levels that the command shows; events of other levels are not created.</summary>
    private protected EventLevels Levels { get; private set; }

    /// <summary>True if the command explains its decisions.</summary>
    private protected virtual bool Explains => false;

    /// <summary>Concurrency limits of this command. Read once, after its parameters are bound.</summary>
    private protected virtual RunnerLimits Limits => new(1);

    /// <summary>True if the command may take long enough to show progress.</summary>
    private protected virtual bool MayTakeLong => false;

    /// <summary>Counts transferred bytes for the progress line; <see langword="null"/> if no progress is shown.</summary>
    private protected Transfer? Transfer => _progress?.Transfer;

    /// <summary>True if the parameter is on the command line, and not bound from the pipeline.</summary>
    private protected bool IsTyped(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private int UntilProgress => _progress?.DueIn ?? Timeout.Infinite;

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guard(static own =>
    {
        own._stopsAtErrors = own.StopsAtErrors();
        own.Levels = new EventLevels(
            own.Wants("Verbose", "VerbosePreference"), own.Wants("Debug", "DebugPreference"), own.Explains);
        own.Prepare();
        // A stop that came earlier found no runner to cancel. The exchange is a fence: either the stop sees the runner, or we see the stop.
        Interlocked.Exchange(ref own._runner, new Runner(own.Limits with { EndsRun = own.EndsRun, EndsRest = EndsRest }, own.Levels));
        if (own.Stopping) throw new PipelineStoppedException();
        SpecialFile.Cancellation = own._runner.Cancellation;
        if (own.MayTakeLong && own.WantsProgress())
            own._progress = new ProgressLine(own.CommandRuntime, own.Host, own.MyInvocation.MyCommand.Name);
        BearerSession.Secrets.StoreRest();
        own.Begin();
        own._pace = new InputPace(TimeProvider.System);
    });

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(static own =>
    {
        var pace = own._pace!;
        pace.Arrive();
        own.Process();
        own.DrainBetweenInputs(pace.Came);
        if (pace.IsSlow) own.AwaitLast(pace.WaitFor(own._runner!.RecentLatency));
        pace.Leave();
    });

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(static own =>
    {
        own.End();
        own._runner!.Complete();
        own._hasAll = true;
        while (own._runner.Wait(forCapacity: false, own.UntilProgress)) own.Drain();
        own.ThrowIfStopped();
        BearerSession.Secrets.StoreRest();
        own._progress?.End();
        own._isOver = true;
    });

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _runner?.Cancel();

    /// <summary>Runs first: reads the parameters that <see cref="Limits"/> depends on.</summary>
    private protected virtual void Prepare()
    {
    }

    /// <summary>Runs before the first input.</summary>
    private protected virtual void Begin()
    {
    }

    /// <summary>Runs for each input, and usually queues a job.</summary>
    private protected virtual void Process()
    {
    }

    /// <summary>Runs after the last input, before the last results are written.</summary>
    private protected virtual void End()
    {
    }

    /// <summary>Runs before the rows of a response are written, on the pipeline thread.</summary>
    private protected virtual void OnHead(ResponseHead head)
    {
    }

    /// <summary>True if an error of one input ends the command, because all other inputs would fail too.</summary>
    private protected virtual bool EndsWith(Exception error) => ErrorTable.ConcernsAll(error);

    /// <summary>Queues a job, and writes finished results while the queue is full.</summary>
    private protected void Feed(Job job)
    {
        job.Parent = Activity.Current;
        EndBeforeNext();
        while (!_runner!.TryAdd(job))
        {
            _runner.Wait(forCapacity: true, UntilProgress);
            ThrowIfStopped();
            Drain();
            EndBeforeNext();
        }
    }

    /// <summary>Does work that the whole command depends on, before the first input. An error in it ends the command.</summary>
    private protected void Await(Func<JobOutput, CancellationToken, Task> work)
    {
        _isPreparing = true;
        Feed(new TokenJob(async (output, cancel) =>
        {
            await work(output, cancel).ConfigureAwait(false);
            return null;
        }));
        while (_runner!.AwaitsLast && _runner.Wait(forCapacity: false, UntilProgress)) Drain();
        ThrowIfStopped();
        _runner.StartCounting();
        _isPreparing = false;
    }

    /// <summary>Writes a result that needs no job. Only valid if no job is queued, whose results it would overtake.</summary>
    private protected void WriteAtOnce(object result) => WriteObject(result);

    /// <summary>
    /// Runs an action on the pipeline thread on behalf of a worker, and returns its result to the worker. A stop, or a break or exit in a
    /// script block, is no error of one input and reaches its own target too.
    /// </summary>
    private protected Task<T> OnPipelineAsync<T>(Func<T> action) =>
        _runner!.OnPipelineAsync(action, static e => e is PipelineStoppedException or FlowControlException);

    /// <summary>Ends the command with a terminating error.</summary>
    private protected void Terminate(Exception error, object? target = null) => ThrowTerminatingError(ErrorTable.Record(error, target));

    /// <summary>
    /// Writes what is ready. An endless stream must not keep the next input from idle workers: while any worker is idle, writing takes
    /// no longer than the last input took to arrive.
    /// </summary>
    private void DrainBetweenInputs(TimeSpan atMost)
    {
        var start = Stopwatch.GetTimestamp();
        while (Drain() && (!_runner!.HasIdleWorker || Stopwatch.GetElapsedTime(start) < atMost))
        {
            // More may have become ready in the meantime.
        }
    }

    /// <summary>Waits for the results of this input, and writes them.</summary>
    private void AwaitLast(TimeSpan atMost)
    {
        if (atMost <= TimeSpan.Zero) return;
        var end = Environment.TickCount64 + (long)atMost.TotalMilliseconds;
        while (_runner!.AwaitsLast && end - Environment.TickCount64 is > 0 and var left)
        {
            var wait = UntilProgress is > 0 and var due ? Math.Min(due, left) : left;
            if (!_runner.Wait(forCapacity: false, (int)wait)) return;
            Drain();
        }
    }

    /// <summary>Writes one batch of finished output.</summary>
    /// <returns>True if anything was written.</returns>
    private bool Drain()
    {
        _progress?.ShowIfDue(_runner!, _hasAll);
        if (!_runner!.TryTake(_items, _interrupts)) return false;
        foreach (var interrupt in _interrupts) interrupt();
        _interrupts.Clear();
        while (TryNextItem(out var item)) Write(item);
        return true;
    }

    /// <summary>Takes the next item of the batch.</summary>
    private bool TryNextItem(out RunItem item)
    {
        if (_nextItem == _items.Count)
        {
            _items.Clear();
            _nextItem = 0;
            item = default;
            return false;
        }

        item = _items[_nextItem];
        // Written items belong to the next command. Keeping references until the batch is written would burden the garbage collector.
        _items[_nextItem++] = default;
        return true;
    }

    private void Write(RunItem item)
    {
        switch (item.Kind)
        {
            case RunItemKind.Row:
                WriteObject(item.Value);
                break;
            case RunItemKind.Head:
                OnHead((ResponseHead)item.Value!);
                break;
            case RunItemKind.Failure:
                WriteFailure((JobFailure)item.Value!);
                break;
            case RunItemKind.Event:
                WriteEvent((DiagnosticEvent)item.Value!);
                break;
        }
    }

    /// <summary>Writes an event on its stream, and explains it with -Explain.</summary>
    private protected void WriteEvent(DiagnosticEvent e)
    {
        if (Levels.Explain) Explain(e);
        switch (e.Level)
        {
            case EventLevel.Warning:
                WriteWarning(Text());
                break;
            case EventLevel.Verbose when Levels.Verbose:
                WriteVerbose(Text());
                break;
            case EventLevel.Debug:
                WriteDebug(Text());
                break;
        }

        string Text() => LiveSecrets.Redact(EventText.Format(e));
    }

    /// <summary>On the information stream, and as Write-Host does it: shown at the prompt, and never among the objects.</summary>
    private void Explain(DiagnosticEvent e)
    {
        if ((_explainer ??= new Explainer()).Explain(e) is { } text)
            WriteInformation(new HostInformationMessage { Message = "EXPLAIN: " + text }, s_explainTags);
    }

    /// <summary>
    /// Runs a step and stops the workers if it throws, whether from a Write* method or from a derived class. Steps are static so that no
    /// delegate is allocated per input.
    /// </summary>
    private void Guard(Action<AsyncCmdlet> step)
    {
        try
        {
            step(this);
        }
        catch (Exception e)
        {
            // Ctrl+C or a break in a script block: the user wants an end. An error of a later command stops the pipeline too, but without
            // Stopping, and so does Select-Object -First.
            if (!Stopping && e is not FlowControlException) LetFinish();
            EndWorkers();
            throw;
        }
    }

    private void ThrowIfStopped()
    {
        if (!_runner!.IsCancelled) return;
        EndWorkers();
        throw new PipelineStoppedException();
    }

    private void EndWorkers()
    {
        if (_runner is null) return;
        _isOver = true;
        _runner.Cancel();
        _progress?.End();
        // Dispose follows every other end of the command. A worker that ignores cancellation is not waited for twice.
        if (!_hasWaited) _runner.WaitForWorkers(s_stopTimeout);
        _hasWaited = true;
    }

    private bool Wants(string parameter, string variable) => MyInvocation.BoundParameters.TryGetValue(parameter, out var given)
        ? (SwitchParameter)given
        : IsShown(GetVariableValue(variable));

    private bool WantsProgress() =>
        IsShown(MyInvocation.BoundParameters.TryGetValue("ProgressAction", out var given) ? given : GetVariableValue("ProgressPreference"))
        && InteractivityDetector.UnavailableReason(Host) is null;

    /// <summary>In a function the preference may be plain text; only the session's own variable is typed.</summary>
    private static bool IsShown(object? preference) =>
        LanguagePrimitives.TryConvertTo<ActionPreference>(preference, out var action)
            && action is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    /// <summary>Stops the remaining work. It is the only method called when an upstream command throws.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops the remaining work.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        // An upstream command may have thrown.
        if (!Stopping) LetFinish();
        EndWorkers();
        // A command that follows on this thread, and sets none of its own, must not take the end of this one for its own.
        if (_runner is { } ended && SpecialFile.Cancellation == ended.Cancellation) SpecialFile.Cancellation = CancellationToken.None;
        _runner?.Dispose();
    }
}
