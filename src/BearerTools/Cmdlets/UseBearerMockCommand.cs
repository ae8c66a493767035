using System.Management.Automation;

namespace BearerTools.Cmdlets;

/// <summary>Runs a block of commands while a mock is active, and stops the mock when the block ends, for any reason.</summary>
[Cmdlet(VerbsOther.Use, "BearerMock", DefaultParameterSetName = BaseUriSet)]
[OutputType(typeof(object))]
public sealed class UseBearerMockCommand : ActivatingMockCommand
{
    /// <summary>Runs the block in the scope of the caller, as Use-BearerToken does.</summary>
    private static readonly ScriptBlock s_run = ScriptBlock.Create("param($block, $mock) . $block $mock");

    /// <summary>The commands to run. They get the mock as their first argument, and run in the caller's scope.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    private protected override void Process()
    {
        var active = Activate();
        var isComplete = false;
        try
        {
            using var block = s_run.GetSteppablePipeline(MyInvocation.CommandOrigin, [ScriptBlock, active.Mock]);
            block.Begin(this);
            block.Process();
            block.End();
            isComplete = true;
        }
        finally
        {
            // A block that failed has not recorded everything, and must not replace a complete recording.
            Deactivate(active, isComplete);
        }
    }
}
