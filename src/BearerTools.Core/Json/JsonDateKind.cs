using System.Diagnostics.CodeAnalysis;

namespace BearerTools;

/// <summary>What becomes of JSON strings that are dates (ISO 8601 with a time, or <c>/Date(…)/</c>), as ConvertFrom-Json -DateKind has it.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names of ConvertFrom-Json -DateKind.")]
public enum JsonDateKind
{
    /// <summary>A DateTime: UTC for a <c>Z</c>, local time for an offset, unspecified without either.</summary>
    Default,

    /// <summary>A DateTime in local time.</summary>
    Local,

    /// <summary>A DateTime in UTC.</summary>
    Utc,

    /// <summary>A DateTimeOffset that keeps the offset of the text; without one, the local offset.</summary>
    Offset,

    /// <summary>The text as it is.</summary>
    String,
}
