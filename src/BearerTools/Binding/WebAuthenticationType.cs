namespace BearerTools;

/// <summary>Values of -Authentication, as in Invoke-RestMethod. Bearer and OAuth mean the same.</summary>
public enum WebAuthenticationType
{
    /// <summary>A bearer token (RFC 6750).</summary>
    Bearer,

    /// <summary>A bearer token (RFC 6750).</summary>
    OAuth,

    /// <summary>User name and password (RFC 7617).</summary>
    Basic,
}
