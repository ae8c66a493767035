using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Authority;

/// <summary>The metadata documents of RFC 8414 and OpenID Connect Discovery.</summary>
internal static class Discovery
{
    public static readonly string[] Documents = ["openid-configuration", "oauth-authorization-server"];

    public static void Map(IEndpointRouteBuilder routes, SandboxContext sandbox)
    {
        foreach (var document in Documents)
            routes.MapGet($"/.well-known/{document}", http => http.WriteJson(Metadata(sandbox, sandbox.Issuer)));
    }

    /// <summary>The members of a sound document, for odd authorities to spoil.</summary>
    public static Dictionary<string, object> Metadata(SandboxContext sandbox, string issuer) => new()
    {
        ["issuer"] = issuer,
        ["token_endpoint"] = sandbox.Issuer + "/token",
        ["revocation_endpoint"] = sandbox.Issuer + RevocationEndpoints.Revocation,
        ["introspection_endpoint"] = sandbox.Issuer + RevocationEndpoints.Introspection,
        ["jwks_uri"] = sandbox.Issuer + "/jwks",
        ["grant_types_supported"] = TokenEndpoint.GrantTypes,
        ["token_endpoint_auth_methods_supported"] = new[] { "client_secret_basic", "client_secret_post", "private_key_jwt" },
        ["scopes_supported"] = new[] { "api.read", "api.write", "openid", "offline_access" },
        ["dpop_signing_alg_values_supported"] = new[] { SigningKeys.Ec },
        ["response_types_supported"] = Array.Empty<string>(),
        ["subject_types_supported"] = new[] { "public" },
        ["id_token_signing_alg_values_supported"] = SigningKeys.Algorithms,
    };
}
