namespace BearerTools.Diagnostics;

/// <summary>Why a request is sent again at once.</summary>
internal enum RepeatReason
{
    /// <summary>The server closed the connection and did not process it.</summary>
    NotProcessed,

    /// <summary>The connection was idle, so that it was not sent over it.</summary>
    Idle,

    /// <summary>The server closed the connection without a response, and the request only reads.</summary>
    NoResponse,
}
