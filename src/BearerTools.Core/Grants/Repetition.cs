namespace BearerTools.Grants;

/// <summary>When a request to an authority may be repeated after a transient fault.</summary>
internal enum Repetition
{
    /// <summary>
    /// Only if the connection failed before anything was sent, and after a 429: then the request was not processed. For requests with
    /// something that may be used up or counted: a code and a rotated refresh token are valid once, and their second use revokes all
    /// tokens of the login (RFC 6749 section 4.1.2, RFC 9700 section 4.14.2); failed passwords can lock the account. Other faults, such
    /// as 503, do not say that the request was not processed.
    /// </summary>
    IfUnsent,

    /// <summary>
    /// As <see cref="IfUnsent"/>, but the caller repeats the request itself when it is asked for fewer requests (RFC 8628 section 3.5).
    /// </summary>
    Polled,

    /// <summary>After each transient fault: repeating the request at worst issues a second token.</summary>
    Always,
}
