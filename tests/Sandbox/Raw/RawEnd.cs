namespace BearerTools.Sandbox.Raw;

/// <summary>What happens to the connection after the bytes of a response.</summary>
internal enum RawEnd
{
    /// <summary>It stays open for the next request.</summary>
    Keep,

    /// <summary>It is closed.</summary>
    Close,

    /// <summary>It is reset.</summary>
    Reset,

    /// <summary>Nothing more is sent until the client closes it.</summary>
    Hang,
}
