using System.Management.Automation;
using BearerTools.Composition;
using BearerTools.Pipeline;

namespace BearerTools.Cmdlets;

/// <summary>Opens the trace in the browser, without secrets.</summary>
[Cmdlet(VerbsCommon.Show, "BearerTrace", DefaultParameterSetName = Selected)]
[OutputType(typeof(void))]
public sealed class ShowBearerTraceCommand : TraceOutputCommand, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            if (InteractivityDetector.UnavailableReason(Host) is { } reason)
            {
                throw new BearerRequestException($"The trace cannot be opened in a browser: {reason}.")
                {
                    ErrorId = "NotInteractive",
                    Kind = BearerErrorKind.InvalidArgument,
                    NextStep = "Use Export-BearerTrace PATH.html, and open the file on another machine.",
                };
            }

            var entries = Entries();
            if (entries.Count == 0)
            {
                WriteWarning("There are no entries to show.");
                return;
            }

            var page = TraceFiles.WriteTemporary(entries, IncludeBody);
            WriteVerbose($"Opening {page}.");
#pragma warning disable RS0030 // There is nothing else to write meanwhile, and a stop cancels the wait.
            TraceFiles.OpenAsync(page, _stop.Token).GetAwaiter().GetResult();
#pragma warning restore RS0030
        }
        catch (Exception e) when (e is IBearerError)
        {
            ThrowTerminatingError(ErrorTable.Record(e, null));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();
}
