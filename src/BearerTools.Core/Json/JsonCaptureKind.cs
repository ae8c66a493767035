namespace BearerTools.Json;

/// <summary>The value at a captured path.</summary>
internal enum JsonCaptureKind
{
    /// <summary>The path does not exist, or has not been read yet.</summary>
    Absent,

    Null,

    False,

    True,

    String,

    Number,

    /// <summary>An object or an array.</summary>
    Container,
}
