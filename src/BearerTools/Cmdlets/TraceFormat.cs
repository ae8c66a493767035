namespace BearerTools;

/// <summary>The format of an exported trace.</summary>
public enum TraceFormat
{
    /// <summary>HTTP Archive 1.2, which the developer tools of browsers open.</summary>
    Har,

    /// <summary>A page for a browser.</summary>
    Html,
}
