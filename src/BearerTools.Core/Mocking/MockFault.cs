namespace BearerTools;

/// <summary>A fault that takes the place of a response.</summary>
public enum MockFault
{
    /// <summary>No fault.</summary>
    None,

    /// <summary>The server accepts no connection.</summary>
    ConnectionRefused,

    /// <summary>The connection breaks after the request was sent.</summary>
    ConnectionReset,

    /// <summary>The host name cannot be resolved.</summary>
    HostNotFound,

    /// <summary>The TLS handshake fails.</summary>
    TlsFailure,

    /// <summary>No response arrives: a time limit expires or, after a day on the mock's clock, the connection breaks.</summary>
    NoResponse,
}
