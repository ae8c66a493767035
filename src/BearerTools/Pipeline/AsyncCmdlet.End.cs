using System.Management.Automation;
using BearerTools.Running;

namespace BearerTools.Pipeline;

/// <content>
/// The end of a command by an error: nothing new is sent, requests in progress that may change something finish, and the error says what
/// was sent. Ctrl+C ends the command at once.
/// </content>
public abstract partial class AsyncCmdlet
{
    /// <summary>Time after which the user is told what the command waits for.</summary>
    private static readonly TimeSpan s_silentWait = TimeSpan.FromSeconds(2);

    private bool _stopsAtErrors;
    private bool _isOver;
    private long _failures;
    private JobFailure? _endsRest;

    /// <summary>Number of failed inputs that ends the command.</summary>
    private protected virtual long MaximumFailures => long.MaxValue;

    /// <summary>Maximum time that requests in progress may take to finish after an error has ended the command.</summary>
    private protected virtual TimeSpan FinishLimit => TimeSpan.Zero;

    /// <summary>A sentence for the error that ended the command: what was sent. <see langword="null"/> for none.</summary>
    private protected virtual string? Describe(RunEnd end, Exception error) => null;

    /// <summary>True if no further input is read.</summary>
    private protected bool HasAllInput => _hasAll;

    /// <summary>True if the failure ends the command. Called on workers too.</summary>
    private bool EndsRun(Exception error, long failures) =>
        _isPreparing || _stopsAtErrors || failures >= MaximumFailures || EndsWith(error);

    /// <summary>True if the failure ends the command, provided that inputs are left to send.</summary>
    private protected static bool EndsRest(Exception error) => error is BearerRequestException { EndsRest: true };

    private bool StopsAtErrors() => LanguagePrimitives.TryConvertTo<ActionPreference>(
        MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var given) ? given : GetVariableValue("ErrorActionPreference"),
        out var action)
        && action == ActionPreference.Stop;

    /// <summary>Ends the command if an error ended the run, instead of sending another input.</summary>
    private void EndBeforeNext()
    {
        if (!_runner!.EndBeforeNext()) return;
        // The error waits for its turn.
        while (_runner.IsEnding && _runner.Wait(forCapacity: false, UntilProgress)) Drain();
        ThrowIfStopped();
        if (_endsRest is { } written) EndWith(written);
    }

    private void WriteFailure(JobFailure failure)
    {
        if (EndsRun(failure.Error, ++_failures) || (EndsRest(failure.Error) && _runner!.HasEnded)) EndWith(failure);
        WriteError(ErrorTable.Record(failure.Error, failure.Input));
        if (EndsRest(failure.Error)) _endsRest = failure;
    }

    private void EndWith(JobFailure failure)
    {
        var record = ErrorTable.Record(failure.Error, failure.Input);
        var ends = _isPreparing || !_stopsAtErrors || EndsWith(failure.Error) || EndsRest(failure.Error);
        if (Describe(Finish(), failure.Error) is { } sentence)
            record.ErrorDetails = new ErrorDetails($"{MessageOf(record)} {sentence}");
        if (!ends) WriteError(record);
        ThrowTerminatingError(record);
    }

    private static string MessageOf(ErrorRecord record) => ErrorTable.Sentence(record.ErrorDetails?.Message ?? record.Exception.Message);

    /// <summary>Lets requests finish that may change something, writes their results, and stops the rest.</summary>
    private RunEnd Finish()
    {
        LetFinish(left => WriteWarning(
            $"An error ended the command. Requests in progress may take {TimeText.Seconds(left)} to finish; Ctrl+C cuts them off."));
        if (Stopping) throw new PipelineStoppedException();
        EndWorkers();
        WriteResults();
        _runner!.TakeFinished(_items);
        WriteResults();
        return _runner.Result;
    }

    /// <summary>
    /// Closes the run, and waits for requests in progress that may change something. The time that the error waited for its turn counts.
    /// </summary>
    private void LetFinish(Action<TimeSpan>? onLongWait = null)
    {
        if (_runner is null || _isOver) return;
        _isOver = true;
        _runner.Close();
        var left = FinishLimit - _runner.SinceEnding;
        if (_runner.WaitForMessages(left < s_silentWait ? left : s_silentWait, () => Stopping)) return;
        if (left <= s_silentWait) return;
        onLongWait?.Invoke(TimeSpan.FromSeconds(Math.Ceiling(left.TotalSeconds)));
        _runner.WaitForMessages(left - s_silentWait, () => Stopping);
    }

    /// <summary>Writes the results of requests that may have changed something.</summary>
    private void WriteResults()
    {
        while (TryNextItem(out var item))
        {
            if (FinishLimit <= TimeSpan.Zero) continue;
            if (item.Kind == RunItemKind.Failure) WriteLateFailure((JobFailure)item.Value!);
            else Write(item);
        }
    }

    /// <summary>
    /// Writes a further error, so that its input is not taken for one that was not sent. With -ErrorAction Stop there is one error only;
    /// and an error that all inputs would have is not repeated.
    /// </summary>
    private void WriteLateFailure(JobFailure failure)
    {
        if (_stopsAtErrors || EndsWith(failure.Error) || EndsRest(failure.Error)) return;
        WriteError(ErrorTable.Record(failure.Error, failure.Input));
    }
}
