namespace BearerTools.Security;

/// <summary>Authentication schemes of the Authorization header (RFC 9110 section 11.1).</summary>
internal static class AuthScheme
{
    /// <summary>User name and password (RFC 7617).</summary>
    public const string Basic = "Basic";

    /// <summary>A bearer token (RFC 6750); the usual token type (RFC 6749 section 7.1) too.</summary>
    public const string Bearer = "Bearer";
}
