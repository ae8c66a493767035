namespace BearerTools.Running;

/// <summary>What a worker may say to the pipeline.</summary>
internal enum RunItemKind
{
    /// <summary>An object for the next command.</summary>
    Row,

    /// <summary>The beginning of an answer: an <see cref="ResponseHead"/>, before its first row.</summary>
    Head,

    /// <summary>A <see cref="JobFailure"/>.</summary>
    Failure,

    /// <summary>A <see cref="Diagnostics.DiagnosticEvent"/>.</summary>
    Event,
}

/// <summary>One thing a worker says, in its place among the others.</summary>
internal readonly record struct RunItem(RunItemKind Kind, object? Value);

/// <summary>One input came to nothing; the others go on.</summary>
internal sealed record JobFailure(Exception Error, object? Input);
