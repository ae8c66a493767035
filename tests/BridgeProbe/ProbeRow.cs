namespace BearerTools.BridgeProbe;

/// <summary>What the probe gives out.</summary>
/// <param name="Input">The input it is made of.</param>
/// <param name="Number">Which of the input's rows it is, from 1.</param>
/// <param name="Value">What a script block gave for it, or a text as long as was asked for.</param>
public sealed record ProbeRow(object? Input, long Number, object? Value);
