namespace BearerTools.Diagnostics.Tracing;

/// <summary>Why a response could not be used. A kind and no text, so that a record does not grow.</summary>
internal enum ResponseFault : byte
{
    None,

    /// <summary>The connection broke, or no data arrived in time.</summary>
    Broken,

    /// <summary>The body is not in the format that its media type names.</summary>
    Invalid,

    /// <summary>The body exceeds the limit of the command.</summary>
    TooLarge,

    /// <summary>It is a redirect that is refused.</summary>
    NotFollowed,
}
