namespace BearerTools.Json;

/// <summary>How a value becomes a JSON body.</summary>
internal sealed record JsonBodyOptions
{
    public static JsonBodyOptions Default { get; } = new();

    public IJsonSource Source { get; init; } = ClrMembers.Instance;

    /// <summary>The deepest nesting. What is deeper is an error and never cut.</summary>
    public int Depth { get; init; } = 100;
}
