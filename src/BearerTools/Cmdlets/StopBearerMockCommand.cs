using System.Management.Automation;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Stops mocks that were started in this runspace, and ends the connections that were made with them.</summary>
[Cmdlet(VerbsLifecycle.Stop, "BearerMock")]
public sealed class StopBearerMockCommand : PSCmdlet
{
    /// <summary>Mock to stop (default: all that are active in this runspace).</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public BearerMock? Mock { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var active in ActiveMocks.All(this))
        {
            if (Mock is not null && !ReferenceEquals(active.Mock, Mock)) continue;
            ActiveMocks.Stop(this, active);
            // Started twice, it is stopped once.
            if (Mock is not null) return;
        }
    }
}
