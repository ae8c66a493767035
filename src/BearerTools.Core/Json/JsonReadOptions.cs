namespace BearerTools.Json;

/// <summary>Options for reading rows from a body.</summary>
internal sealed record JsonReadOptions
{
    public static JsonReadOptions Default { get; } = new();

    public JsonFormat Format { get; init; }

    /// <summary>Path of the rows: names joined with dots. A name may contain dots itself (<c>@odata.context</c>).</summary>
    public string? ItemsPath { get; init; }

    /// <summary>Paths of strings and numbers to capture besides the rows, such as the link to the next page.</summary>
    public IReadOnlyList<string> Captures { get; init; } = [];

    /// <summary>True to capture the JSON of objects and arrays too.</summary>
    public bool KeepsContainers { get; init; }

    /// <summary>True to return an array as one row, instead of one row per element.</summary>
    public bool NoEnumerate { get; init; }

    /// <summary>True to return each event of a stream as an object with event, id and data.</summary>
    public bool IncludesEvent { get; init; }

    /// <summary>True to read what ConvertFrom-Json reads, such as single quotes and NaN, besides JSON.</summary>
    public bool IsLenient { get; init; }

    /// <summary>True to read several documents one after the other.</summary>
    public bool AllowsMany { get; init; }

    /// <summary>Maximum nesting.</summary>
    public int Depth { get; init; } = 1024;

    /// <summary>Maximum size of a row in bytes of JSON, so that an endless row does not fill the memory.</summary>
    public long MaximumRowBytes { get; init; } = long.MaxValue;
}
