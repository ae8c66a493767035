namespace BearerTools;

/// <summary>The result of one step of a connection test.</summary>
public enum BearerCheckStatus
{
    /// <summary>The step works.</summary>
    Passed,

    /// <summary>The step works, but it may be the cause of a problem.</summary>
    Warning,

    /// <summary>The step does not work.</summary>
    Failed,

    /// <summary>The step does not apply to this connection.</summary>
    Skipped,

    /// <summary>A step before it failed, so it was not tested.</summary>
    NotReached,
}
