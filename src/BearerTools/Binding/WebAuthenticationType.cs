namespace BearerTools;

/// <summary>The token types of Invoke-RestMethod's -Authentication. Both mean the same.</summary>
public enum WebAuthenticationType
{
    /// <summary>A bearer token (RFC 6750).</summary>
    Bearer,

    /// <summary>A bearer token (RFC 6750).</summary>
    OAuth,
}
