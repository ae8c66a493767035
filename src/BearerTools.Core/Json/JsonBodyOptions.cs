namespace BearerTools.Json;

/// <summary>Options for JSON bodies.</summary>
internal sealed record JsonBodyOptions
{
    public static JsonBodyOptions Default { get; } = new();

    public IJsonSource Source { get; init; } = ClrMembers.Instance;

    /// <summary>Maximum nesting. A deeper value is an error and is never truncated.</summary>
    public int Depth { get; init; } = 100;
}
