namespace BearerTools.Json;

/// <summary>A property name, decoded once however often it comes.</summary>
internal sealed class JsonName(string text)
{
    public string Text { get; } = text;

    /// <summary>The bytes as they stand in the document; none when it is not kept for the next time.</summary>
    public byte[] Utf8 { get; init; } = [];

    /// <summary>All names that differ from this one only in case; none when it is empty or not kept.</summary>
    public JsonNameGroup? Group { get; init; }

    /// <summary>What the builder keeps for this name.</summary>
    public object? Tag { get; set; }

    /// <summary>The name that followed this one the last time: in most documents it follows again.</summary>
    public JsonName? Next { get; set; }
}

/// <summary>Names that differ only in case, and the last object that had one of them.</summary>
/// <param name="generation">Which filling of the table knows the group; another has another group for the same names.</param>
internal sealed class JsonNameGroup(int generation)
{
    public int Generation => generation;

    public long Object { get; set; }
}
