using System.Management.Automation;
using BearerTools.Pipeline;
using BearerTools.Running;

namespace BearerTools.BridgeProbe;

/// <summary>A command on the bridge whose workers do what a test asks for. No part of the module.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "BridgeProbe")]
[OutputType(typeof(ProbeRow))]
public sealed class InvokeBridgeProbeCommand : AsyncCmdlet
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private ProbeCounts _counts = null!;

    [Parameter(ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    /// <summary>Whose counts these workers add to.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = string.Empty;

    // By property name, so that a script block over the input binds to the parameters below.

    /// <summary>Milliseconds before the first row.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public int Delay { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public long Rows { get; set; } = 1;

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public int RowSize { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public int UntilStarted { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public bool Fail { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public bool Hang { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public int DeafFor { get; set; }

    [Parameter]
    public SwitchParameter Say { get; set; }

    /// <summary>One verbose event, made as the cmdlets of the module make theirs: only when they are shown.</summary>
    [Parameter]
    public SwitchParameter Tell { get; set; }

    /// <summary>Gives the value of the row, asked for by the worker.</summary>
    [Parameter]
    public ScriptBlock? Ask { get; set; }

    /// <summary>Its BeginProcessing lasts until the pipeline is being stopped.</summary>
    [Parameter]
    public SwitchParameter BeginUntilStopped { get; set; }

    /// <summary>Writes an error of its own between the results.</summary>
    [Parameter]
    public SwitchParameter Complain { get; set; }

    [Parameter]
    public int ThrottleLimit { get; set; } = 4;

    private protected override RunnerLimits Limits => new(ThrottleLimit);

    private protected override void Begin()
    {
        _counts = ProbeCounts.Of(Name);
        _counts.Begin();
        if (BeginUntilStopped) SpinWait.SpinUntil(() => Stopping, s_timeout);
    }

    private protected override void Process()
    {
        if (Complain) WriteError(new ErrorRecord(new InvalidOperationException($"complaint {InputObject}"), "Complaint", ErrorCategory.NotSpecified, InputObject));
        Feed(new ProbeJob(Plan(), InputObject));
    }

    private ProbePlan Plan() => new(_counts)
    {
        Delay = Delay,
        Rows = Rows,
        RowSize = RowSize,
        UntilStarted = UntilStarted,
        Say = Say,
        Tell = Tell,
        Ask = Ask is { } block ? input => OnPipelineAsync<object?>(() => block.InvokeReturnAsIs(input)) : null,
        Fail = Fail,
        Hang = Hang,
        DeafFor = DeafFor,
    };
}
