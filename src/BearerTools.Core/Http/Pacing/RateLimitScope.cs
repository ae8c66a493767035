namespace BearerTools;

/// <summary>Which requests share a rate limit and the pauses that an API asks for.</summary>
public enum RateLimitScope
{
    /// <summary>Those of this process.</summary>
    Process,

    /// <summary>Those of all processes of this user on this machine that have this scope, too.</summary>
    Machine,

    /// <summary>Those of all workers that use the same Redis server and have this scope, too.</summary>
    Fleet,
}
