namespace BearerTools.Diagnostics;

/// <summary>Importance and audience of an event, in ascending order.</summary>
internal enum EventLevel
{
    /// <summary>A decision that only explanations need (-Explain); it has no line of its own.</summary>
    Detail,

    /// <summary>Details for developers of a library or an API.</summary>
    Debug,

    /// <summary>A step that explains what a command does.</summary>
    Verbose,

    /// <summary>Something that the user should know by default.</summary>
    Warning,
}
