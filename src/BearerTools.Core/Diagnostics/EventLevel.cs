namespace BearerTools.Diagnostics;

/// <summary>Who an event is for; the order is that of importance.</summary>
internal enum EventLevel
{
    /// <summary>Details for the maintainers of a library or an API.</summary>
    Debug,

    /// <summary>A step that explains what a command does.</summary>
    Verbose,

    /// <summary>Something that the user should know without asking.</summary>
    Warning,
}
