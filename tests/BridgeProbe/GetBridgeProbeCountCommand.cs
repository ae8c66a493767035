using System.Management.Automation;

namespace BearerTools.BridgeProbe;

/// <summary>What the workers of a name do: counts that go on changing.</summary>
[Cmdlet(VerbsCommon.Get, "BridgeProbeCount")]
[OutputType(typeof(ProbeCounts))]
public sealed class GetBridgeProbeCountCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = string.Empty;

    protected override void EndProcessing() => WriteObject(ProbeCounts.Of(Name));
}
