using System.Management.Automation;

namespace BearerTools.Cmdlets;

/// <summary>Writes entries of the trace: those that the parameters select, or those from the pipeline.</summary>
public abstract class TraceOutputCommand : TraceCommand
{
    private const string Piped = "Piped";

    private readonly List<BearerTraceEntry> _entries = [];

    /// <summary>Entries of Get-BearerTrace.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = Piped)]
    [ValidateNotNull]
    public BearerTraceEntry[] InputObject { get; set; } = [];

    /// <summary>Includes the bodies of requests that were sent with -TraceBody.</summary>
    [Parameter]
    public SwitchParameter IncludeBody { get; set; }

    /// <summary>Collects the entries from the pipeline.</summary>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == Piped) _entries.AddRange(InputObject);
    }

    /// <summary>The entries to write.</summary>
    private protected IReadOnlyList<BearerTraceEntry> Entries() => ParameterSetName == Piped ? _entries : [.. Select(Records())];
}
