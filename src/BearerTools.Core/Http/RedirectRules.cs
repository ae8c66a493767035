namespace BearerTools.Http;

/// <summary>The caller's settings for redirects.</summary>
internal sealed record RedirectRules
{
    /// <summary>The default of .NET, and so of Invoke-RestMethod.</summary>
    public const int DefaultMaxHops = 50;

    public static RedirectRules Default { get; } = new();

    /// <summary>The maximum number of redirects for one input. With 0, redirects are returned as normal responses.</summary>
    public int MaxHops { get; init; } = DefaultMaxHops;

    /// <summary>True if a redirect may leave https; the token is never sent there.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>True if the method is kept, even for statuses that turn it into GET.</summary>
    public bool PreserveMethod { get; init; }

    /// <summary>True if redirects to other origins keep the token. Origins that the connection does not admit are refused.</summary>
    public bool PreserveToken { get; init; }
}
