using System.Diagnostics;
using System.Management.Automation;
using BearerTools.Diagnostics;
using BearerTools.Http.Bodies;
using BearerTools.Running;
using BearerTools.Security;
using Job = BearerTools.Running.Job;

namespace BearerTools.Pipeline;

/// <summary>
/// The bridge between the pipeline's thread and the workers: a cmdlet feeds jobs, and what they say is written in the
/// order of the inputs. Only this class writes, always on the pipeline's thread. Whatever ends the command (the last
/// input, an error, <c>Select-Object -First</c>, Ctrl+C, a command before it that throws) ends the workers too.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    /// <summary>How long the end of the workers is waited for when a command is stopped.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    private readonly List<RunItem> _items = [];
    private readonly List<Action> _interrupts = [];
    private Runner? _runner;
    private ProgressLine? _progress;
    private bool _hasAll;
    private bool _hasWaited;
    private long _leftAt;

    /// <summary>The levels of events that the command shows; events of other levels are not built.</summary>
    private protected EventLevels Levels { get; private set; }

    /// <summary>The bounds of this command's concurrency, asked for once, when its parameters are known.</summary>
    private protected virtual RunnerLimits Limits => new(1);

    /// <summary>Whether it is worth a progress line when it takes long.</summary>
    private protected virtual bool MayTakeLong => false;

    /// <summary>Where bodies are counted for the progress line; nothing when nobody sees one.</summary>
    private protected Transfer? Transfer => _progress?.Transfer;

    private int UntilProgress => _progress?.DueIn ?? Timeout.Infinite;

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guard(static own =>
    {
        own.Levels = new EventLevels(own.Wants("Verbose", "VerbosePreference"), own.Wants("Debug", "DebugPreference"));
        own.Prepare();
        // A stop that came before finds no runner to cancel. The exchange is a fence: either it sees the runner, or we see it.
        Interlocked.Exchange(ref own._runner, new Runner(own.Limits, own.Levels));
        if (own.Stopping) throw new PipelineStoppedException();
        SpecialFile.Cancellation = own._runner.Cancellation;
        if (own.MayTakeLong && own.WantsProgress()) own._progress = new ProgressLine(own.CommandRuntime, own.Host, own.MyInvocation.MyCommand.Name);
        own.Begin();
        own._leftAt = Stopwatch.GetTimestamp();
    });

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(static own =>
    {
        var came = Stopwatch.GetElapsedTime(own._leftAt);
        own.Process();
        own.DrainBetweenInputs(came);
        own._leftAt = Stopwatch.GetTimestamp();
    });

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(static own =>
    {
        own.End();
        own._runner!.Complete();
        own._hasAll = true;
        while (own._runner.Wait(forCapacity: false, own.UntilProgress)) own.Drain();
        own.ThrowIfStopped();
        own._progress?.End();
    });

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _runner?.Cancel();

    /// <summary>Before anything else: reads the command line, as far as <see cref="Limits"/> depends on it.</summary>
    private protected virtual void Prepare()
    {
    }

    /// <summary>Before the first input.</summary>
    private protected virtual void Begin()
    {
    }

    /// <summary>For each input: feeds a job, mostly.</summary>
    private protected virtual void Process()
    {
    }

    /// <summary>After the last input, before the last results.</summary>
    private protected virtual void End()
    {
    }

    /// <summary>Comes before the rows of an answer, on the pipeline's thread.</summary>
    private protected virtual void OnHead(ResponseHead head)
    {
    }

    /// <summary>Whether an error of one input ends the command, because the others would have it too.</summary>
    private protected virtual bool EndsWith(Exception error) => ErrorTable.ConcernsAll(error);

    /// <summary>Hands a job to the workers; while they have enough, writes what is due.</summary>
    private protected void Feed(Job job)
    {
        while (!_runner!.TryAdd(job))
        {
            _runner.Wait(forCapacity: true, UntilProgress);
            ThrowIfStopped();
            Drain();
        }
    }

    /// <summary>Writes a result that no work is needed for. Only where no job has been fed: it would overtake that one's.</summary>
    private protected void WriteAtOnce(object result) => WriteObject(result);

    /// <summary>Runs something on the pipeline's thread for a worker, and gives it the result.</summary>
    private protected Task<T> OnPipelineAsync<T>(Func<T> action)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _runner!.Interrupt(() =>
        {
            try
            {
                done.SetResult(action());
            }
            catch (Exception e)
            {
                done.SetException(e);
                // Not an error of one input: a stop, or a script block's break or exit, which goes where it is meant to.
                if (e is PipelineStoppedException or FlowControlException) throw;
            }
        });
        // After a cancellation nobody comes to run it.
        return done.Task.WaitAsync(_runner.Cancellation);
    }

    /// <summary>Ends the command with an error that no other input can do without.</summary>
    private protected void Terminate(Exception error, object? target = null) => ThrowTerminatingError(ErrorTable.Record(error, target));

    /// <summary>
    /// Writes what is ready. An answer that streams on and on must not keep the next input from workers that have nothing
    /// to do: while there are such, it may take no longer than the last input took to come.
    /// </summary>
    private void DrainBetweenInputs(TimeSpan atMost)
    {
        var begun = Stopwatch.GetTimestamp();
        while (Drain() && (!_runner!.HasIdleWorker || Stopwatch.GetElapsedTime(begun) < atMost))
        {
            // More has become ready while this was written.
        }
    }

    /// <summary>Writes one lot of what is ready.</summary>
    /// <returns>Whether there was anything.</returns>
    private bool Drain()
    {
        _progress?.Look(_runner!, _hasAll);
        if (!_runner!.TryTake(_items, _interrupts)) return false;
        foreach (var interrupt in _interrupts) interrupt();
        _interrupts.Clear();
        for (var i = 0; i < _items.Count; i++)
        {
            var item = _items[i];
            // What is written is the next command's: kept here until the lot is written, it would burden the garbage collector.
            _items[i] = default;
            Write(item);
        }

        _items.Clear();
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

    private void WriteEvent(DiagnosticEvent e)
    {
        var text = LiveSecrets.Redact(EventText.Format(e));
        switch (e.Level)
        {
            case EventLevel.Warning:
                WriteWarning(text);
                break;
            case EventLevel.Verbose:
                WriteVerbose(text);
                break;
            default:
                WriteDebug(text);
                break;
        }
    }

    private void WriteFailure(JobFailure failure)
    {
        var record = ErrorTable.Record(failure.Error, failure.Input);
        if (EndsWith(failure.Error)) ThrowTerminatingError(record);
        WriteError(record);
    }

    /// <summary>
    /// Every way out but the good one is an exception from a Write* or from a derived class: nothing of ours may go on
    /// after it. The steps are static, as one that knew its command would be made anew for every input.
    /// </summary>
    private void Guard(Action<AsyncCmdlet> step)
    {
        try
        {
            step(this);
        }
        catch
        {
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
        _runner.Cancel();
        _progress?.End();
        // Dispose comes after every other way out: a worker that hears nothing is not waited for again.
        if (!_hasWaited) _runner.WaitForWorkers(s_grace);
        _hasWaited = true;
    }

    private bool Wants(string parameter, string variable) => MyInvocation.BoundParameters.TryGetValue(parameter, out var given)
        ? (SwitchParameter)given
        : IsRequested(GetVariableValue(variable));

    private bool WantsProgress() =>
        IsRequested(MyInvocation.BoundParameters.TryGetValue("ProgressAction", out var given) ? given : GetVariableValue("ProgressPreference"))
        && InteractivityDetector.UnavailableReason(Host) is null;

    /// <summary>In a function the preference may be a plain text: only the session's own variable has its type.</summary>
    private static bool IsRequested(object? preference) =>
        LanguagePrimitives.TryConvertTo<ActionPreference>(preference, out var requested) && requested is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    /// <summary>Ends what still runs. When a command before this one throws, nothing else of a cmdlet is called.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what still runs.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        EndWorkers();
        _runner?.Dispose();
    }
}
