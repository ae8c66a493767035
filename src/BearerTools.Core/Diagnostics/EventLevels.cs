namespace BearerTools.Diagnostics;

/// <summary>The levels that a listener receives. Warnings are always included.</summary>
internal readonly record struct EventLevels(bool Verbose = false, bool Debug = false)
{
    public bool Includes(EventLevel level) => level switch
    {
        EventLevel.Warning => true,
        EventLevel.Verbose => Verbose,
        _ => Debug,
    };
}
