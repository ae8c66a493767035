using System.Diagnostics.CodeAnalysis;

namespace BearerTools;

/// <summary>
/// How JSON strings that are dates (ISO 8601 with a time, or <c>/Date(…)/</c>) are converted, as in ConvertFrom-Json -DateKind.
/// </summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names of ConvertFrom-Json -DateKind.")]
public enum JsonDateKind
{
    /// <summary>A DateTime: UTC for a <c>Z</c>, local time for an offset, unspecified without either.</summary>
    Default,

    /// <summary>A DateTime in local time.</summary>
    Local,

    /// <summary>A DateTime in UTC.</summary>
    Utc,

    /// <summary>A DateTimeOffset with the offset of the text; without one, the local offset.</summary>
    Offset,

    /// <summary>The unchanged text.</summary>
    String,
}
