namespace BearerTools.Json;

/// <summary>A property name, decoded once for all its occurrences.</summary>
internal sealed class JsonName(string text)
{
    public string Text { get; } = text;

    /// <summary>The name as written in the document; empty if it is not cached.</summary>
    public byte[] Utf8 { get; init; } = [];

    /// <summary>All names that differ from this one only in case; <see langword="null"/> if it is empty or not cached.</summary>
    public JsonNameGroup? Group { get; init; }

    /// <summary>The builder's own data for this name.</summary>
    public object? Tag { get; set; }

    /// <summary>The name that followed this one last time, and probably follows again.</summary>
    public JsonName? Next { get; set; }
}

/// <summary>Names that differ only in case, and the last object that contained one of them.</summary>
/// <param name="generation">Generation of the table that created the group. The same names are in another group after a reset.</param>
internal sealed class JsonNameGroup(int generation)
{
    public int Generation => generation;

    public long Object { get; set; }
}
