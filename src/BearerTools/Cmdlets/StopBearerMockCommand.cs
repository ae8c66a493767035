using System.Management.Automation;
using BearerTools.Pipeline;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>
/// Stops mocks that were started in this runspace, and ends the connections that were made with them. A recording is written.
/// </summary>
[Cmdlet(VerbsLifecycle.Stop, "BearerMock")]
[OutputType(typeof(void))]
public sealed class StopBearerMockCommand : PSCmdlet
{
    /// <summary>Mock to stop (default: all that are active in this runspace).</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public BearerMock? Mock { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        BearerRequestException? failure = null;
        foreach (var active in ActiveMocks.All(this).Where(active => Mock is null || ReferenceEquals(active.Mock, Mock)))
        {
            try
            {
                ActiveMocks.Stop(this, active);
            }
            catch (BearerRequestException e)
            {
                // The others are stopped all the same.
                if (failure is not null) WriteError(ErrorTable.Record(failure, null));
                failure = e;
            }

            // Started twice, it is stopped once.
            if (Mock is not null) break;
        }

        if (failure is not null) ThrowTerminatingError(ErrorTable.Record(failure, null));
    }
}
