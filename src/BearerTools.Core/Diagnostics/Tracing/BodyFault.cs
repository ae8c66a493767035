namespace BearerTools.Diagnostics.Tracing;

/// <summary>Why the body of a response was not read to its end. A kind and no text, so that a record does not grow.</summary>
internal enum BodyFault : byte
{
    None,

    /// <summary>The connection broke, or no data arrived in time.</summary>
    Broken,

    /// <summary>The body is not in the format that its media type names.</summary>
    Invalid,

    /// <summary>The body exceeds the limit of the command.</summary>
    TooLarge,
}
