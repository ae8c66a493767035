using System.Globalization;
using System.Text.Json.Nodes;
using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Providers;

/// <summary>
/// An organisation at Okta: its authorization server, which wants private_key_jwt and DPoP of a service app, and its
/// management API, which accepts an API token (SSWS) too.
/// </summary>
internal sealed class Okta(ProviderContext providers)
{
    private const string Issuer = "https://" + ProviderHosts.Okta;
    private const string TokenAddress = Issuer + "/oauth2/v1/token";
    private const string Ssws = "SSWS ";
    private const int Users = 450;
    private const int LargestPage = 200;

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = new ProviderRoutes(routes, ProviderHosts.Okta, Admit);
        foreach (var document in Discovery.Documents) api.Open(HttpMethods.Get, "/.well-known/" + document, Metadata);
        api.Open(HttpMethods.Post, "/oauth2/v1/token", Token);
        api.Get("/api/v1/users", List);
        api.Get("/api/v1/users/{id}/groups", http => http.WriteJson(new[] { new { id = "g1", profile = new { name = "Everyone" } } }));
    }

    private static Task Metadata(HttpContext http) => http.WriteJson(new
    {
        issuer = Issuer,
        token_endpoint = TokenAddress,
        token_endpoint_auth_methods_supported = "client_secret_basic client_secret_post client_secret_jwt private_key_jwt none".Split(' '),
        grant_types_supported = "authorization_code client_credentials refresh_token".Split(' '),
        dpop_signing_alg_values_supported = "RS256 RS384 RS512 ES256 ES384 ES512".Split(' '),
    });

    private async Task Token(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        // Before the assertion is used up: the client sends it again with the nonce.
        string? thumbprint = null;
        var refused = !http.Request.Headers.ContainsKey(DPoPProofs.Header) ? new OAuthError("invalid_dpop_proof", "The DPoP proof JWT header is missing.")
            : providers.Proofs.Problem(http.Request, providers.Proofs.AuthorityNonce, null, out thumbprint) switch
            {
                null => ClientProblem(form["client_assertion"].ToString()),
                "use_dpop_nonce" => new OAuthError("use_dpop_nonce", "Authorization server requires nonce in DPoP proof."),
                var problem => new OAuthError(problem, "The DPoP proof is invalid."),
            };
        refused ??= form["grant_type"] == "client_credentials" ? null : new OAuthError("unsupported_grant_type", "The grant type is not supported.");
        refused ??= form["scope"].ToString().Split(' ').All(scope => scope.StartsWith("okta.", StringComparison.Ordinal)) ? null
            : new OAuthError("invalid_scope", "Custom scopes are not allowed for this request.");
        if (refused is not null)
        {
            await refused.ApiResponse(http);
            return;
        }

        await http.WriteJson(new
        {
            token_type = "DPoP",
            expires_in = 3600,
            access_token = providers.Issue(ProviderHosts.Okta, thumbprint),
            scope = form["scope"].ToString(),
        });
    }

    private OAuthError? ClientProblem(string assertion)
    {
        if (assertion.Length == 0)
            return new OAuthError("invalid_client", "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.");
        if (RegisteredKey.Read(assertion.Split('.')[0]) is not { } header || RegisteredKey.Text(header, "kid") != ProviderContext.KeyId)
            return new OAuthError("invalid_client", "The client_assertion JWT kid is invalid.");
        return providers.Key.Problem(assertion, [TokenAddress], out _) is null ? null
            : new OAuthError("invalid_client", "The audience claim for client_assertion must be the endpoint invoked for the request.");
    }

    private async Task<bool> Admit(HttpContext http)
    {
        var authorization = http.Request.Headers.Authorization.ToString();
        if (authorization == Ssws + providers.ApiKey || IsProved(http.Request, authorization))
        {
            http.Response.Headers["X-Rate-Limit-Limit"] = "600";
            http.Response.Headers["X-Rate-Limit-Remaining"] = "599";
            http.Response.Headers["X-Rate-Limit-Reset"] = providers.Clock.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            return true;
        }

        await http.WriteJson(
            new { errorCode = "E0000011", errorSummary = "Invalid token provided", errorLink = "E0000011", errorId = "oaeXvR2", errorCauses = Array.Empty<object>() },
            StatusCodes.Status401Unauthorized);
        return false;
    }

    private bool IsProved(HttpRequest request, string authorization)
    {
        if (!authorization.StartsWith(DPoPProofs.Scheme, StringComparison.Ordinal)) return false;
        var token = authorization[DPoPProofs.Scheme.Length..];
        // The API does not ask for a nonce.
        return providers.IsIssued(ProviderHosts.Okta, token)
            && providers.Proofs.Problem(request, providers.Proofs.ApiNonce, token, out var thumbprint) is null or "use_dpop_nonce"
            && thumbprint == providers.Thumbprint(ProviderHosts.Okta, token);
    }

    /// <summary>Each link in a header line of its own.</summary>
    private static Task List(HttpContext http)
    {
        var (size, after) = (Math.Min(LargestPage, http.QueryNumber("limit", LargestPage)), http.QueryNumber("after", 0));
        http.Response.Headers.Append("Link", $"<{ProviderRoutes.AddressWith(http)}>; rel=\"self\"");
        if (after + size < Users) http.Response.Headers.Append("Link", $"<{ProviderRoutes.AddressWith(http, ("after", after + size))}>; rel=\"next\"");
        return http.WriteJson(ProviderRoutes.Rows(Users, after, size, id => new JsonObject
        {
            ["id"] = $"00u{id}",
            ["status"] = "ACTIVE",
            ["profile"] = new JsonObject { ["login"] = $"user{id}@contoso.com" },
        }));
    }
}
