namespace BearerTools.Grants;

/// <summary>
/// An authority's metadata (RFC 8414, OpenID Connect Discovery; extensions of RFC 8628, 9126, 8705, 9449 and 9207). A list
/// is <see langword="null"/>, not empty, if the authority omits it, because the RFCs define defaults for that case.
/// </summary>
internal sealed record AuthorityMetadata : AuthorityEndpoints
{
    public required string Issuer { get; init; }
    public Uri? AuthorizationEndpoint { get; init; }
    public Uri? JwksUri { get; init; }

    /// <summary>The same endpoints for clients that authenticate by certificate (RFC 8705 section 5).</summary>
    public AuthorityEndpoints? MtlsAliases { get; init; }

    public IReadOnlyList<string>? GrantTypes { get; init; }
    public IReadOnlyList<string>? ResponseTypes { get; init; }
    public IReadOnlyList<string>? Scopes { get; init; }
    public IReadOnlyList<string>? CodeChallengeMethods { get; init; }
    public IReadOnlyList<string>? TokenEndpointAuthMethods { get; init; }
    public IReadOnlyList<string>? TokenEndpointAuthSigningAlgorithms { get; init; }
    public IReadOnlyList<string>? IdTokenSigningAlgorithms { get; init; }
    public IReadOnlyList<string>? DPoPSigningAlgorithms { get; init; }

    /// <summary>True if authorization responses contain <c>iss</c> (RFC 9207 section 3).</summary>
    public bool AuthorizationResponseIss { get; init; }
    public bool RequirePushedAuthorizationRequests { get; init; }
    public bool CertificateBoundAccessTokens { get; init; }

    /// <summary>
    /// Returns the metadata for a client that presents a certificate: the mTLS aliases, or the usual endpoints where there
    /// is no alias (RFC 8705 section 5).
    /// </summary>
    public AuthorityMetadata ForMutualTls() => MtlsAliases is not { } alias ? this : this with
    {
        TokenEndpoint = alias.TokenEndpoint ?? TokenEndpoint,
        DeviceAuthorizationEndpoint = alias.DeviceAuthorizationEndpoint ?? DeviceAuthorizationEndpoint,
        PushedAuthorizationRequestEndpoint = alias.PushedAuthorizationRequestEndpoint ?? PushedAuthorizationRequestEndpoint,
        RevocationEndpoint = alias.RevocationEndpoint ?? RevocationEndpoint,
        IntrospectionEndpoint = alias.IntrospectionEndpoint ?? IntrospectionEndpoint,
        UserInfoEndpoint = alias.UserInfoEndpoint ?? UserInfoEndpoint,
    };
}

/// <summary>The endpoints that a client calls itself.</summary>
internal record AuthorityEndpoints
{
    public Uri? TokenEndpoint { get; init; }
    public Uri? DeviceAuthorizationEndpoint { get; init; }
    public Uri? PushedAuthorizationRequestEndpoint { get; init; }
    public Uri? RevocationEndpoint { get; init; }
    public Uri? IntrospectionEndpoint { get; init; }
    public Uri? UserInfoEndpoint { get; init; }
}
