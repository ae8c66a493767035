namespace BearerTools.Running;

/// <summary>The kinds of output of a worker.</summary>
internal enum RunItemKind
{
    /// <summary>An object for the pipeline.</summary>
    Row,

    /// <summary>A <see cref="ResponseHead"/>, written before the first object of its response.</summary>
    Head,

    /// <summary>A <see cref="JobFailure"/>.</summary>
    Failure,

    /// <summary>A <see cref="Diagnostics.DiagnosticEvent"/>.</summary>
    Event,
}

/// <summary>One item of a worker's output.</summary>
internal readonly record struct RunItem(RunItemKind Kind, object? Value);

/// <summary>The failure of one input; the other inputs continue.</summary>
internal sealed record JobFailure(Exception Error, object? Input);
