namespace BearerTools.Http;

/// <summary>What a caller says of redirects.</summary>
internal sealed record RedirectRules
{
    /// <summary>As many as .NET, and so Invoke-RestMethod, follows.</summary>
    public const int DefaultMaxHops = 50;

    public static RedirectRules Default { get; } = new();

    /// <summary>How many are followed for one input. With 0 a redirect is an answer like any other.</summary>
    public int MaxHops { get; init; } = DefaultMaxHops;

    /// <summary>A hop may leave https, but never with the token.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>No status turns the method into GET.</summary>
    public bool PreserveMethod { get; init; }

    /// <summary>A hop to another origin that the token is for as well keeps the token; to one that it is not for, it is refused.</summary>
    public bool PreserveToken { get; init; }
}
