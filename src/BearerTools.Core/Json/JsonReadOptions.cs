namespace BearerTools.Json;

/// <summary>How a body becomes rows.</summary>
internal sealed record JsonReadOptions
{
    public static JsonReadOptions Default { get; } = new();

    public JsonFormat Format { get; init; }

    /// <summary>Where the rows are, as names joined with dots; a name may itself hold dots (<c>@odata.context</c>).</summary>
    public string? ItemsPath { get; init; }

    /// <summary>Strings and numbers beside the rows that the caller wants too, such as the link of the next page.</summary>
    public IReadOnlyList<string> Captures { get; init; } = [];

    /// <summary>An array is one row instead of one row an element.</summary>
    public bool NoEnumerate { get; init; }

    /// <summary>The deepest nesting that is read.</summary>
    public int Depth { get; init; } = 1024;

    /// <summary>The largest row, in bytes of its JSON. Rows without end must not fill the memory.</summary>
    public long MaximumRowBytes { get; init; } = long.MaxValue;
}
