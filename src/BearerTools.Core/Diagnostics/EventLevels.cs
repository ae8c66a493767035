namespace BearerTools.Diagnostics;

/// <summary>The levels that a listener receives. Warnings are always included.</summary>
/// <param name="Verbose">True if steps are shown.</param>
/// <param name="Debug">True if details are shown.</param>
/// <param name="Explain">True if decisions are explained, for which steps are needed too.</param>
internal readonly record struct EventLevels(bool Verbose = false, bool Debug = false, bool Explain = false)
{
    public bool Includes(EventLevel level) => level switch
    {
        EventLevel.Warning => true,
        EventLevel.Verbose => Verbose || Explain,
        EventLevel.Debug => Debug,
        _ => Explain,
    };
}
