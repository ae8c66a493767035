namespace BearerTools;

/// <summary>The ways to authenticate by the names of Invoke-RestMethod, as far as they are by token. Both mean the same.</summary>
public enum WebAuthenticationType
{
    /// <summary>A bearer token (RFC 6750).</summary>
    Bearer,

    /// <summary>A bearer token (RFC 6750).</summary>
    OAuth,
}
