using System.Text.Json;
using System.Text.Json.Nodes;
using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Providers;

/// <summary>A realm of Keycloak: its authority, and the admin API of it, whose lists are read by first and max.</summary>
internal sealed class Keycloak(ProviderContext providers)
{
    private const string Issuer = "https://" + ProviderHosts.Keycloak + "/realms/ops";
    private const string Endpoints = "/realms/ops/protocol/openid-connect";
    private const int Users = 250;

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = new ProviderRoutes(routes, ProviderHosts.Keycloak, Admit);
        // Keycloak has the metadata of OpenID Connect, below the realm.
        api.Open(HttpMethods.Get, "/.well-known/{document}/realms/ops", http => http.WriteJson(new { error = "Unable to find matching target resource method" }, StatusCodes.Status404NotFound));
        api.Open(HttpMethods.Get, "/realms/ops/.well-known/openid-configuration", http => http.WriteJson(new
        {
            issuer = Issuer,
            token_endpoint = $"https://{ProviderHosts.Keycloak}{Endpoints}/token",
            token_endpoint_auth_methods_supported = "private_key_jwt client_secret_basic client_secret_post tls_client_auth client_secret_jwt".Split(' '),
            grant_types_supported = "authorization_code client_credentials password refresh_token".Split(' '),
        }));
        api.Open(HttpMethods.Post, Endpoints + "/token", Token);
        api.Get("/admin/realms/ops/users", http => http.WriteJson(ProviderRoutes.Rows(Users, http.QueryNumber("first", 0), http.QueryNumber("max", 100), Row)));
        api.Get("/admin/realms/ops/users/count", http => http.WriteJson(Users));
        api.Post("/admin/realms/ops/users", Create);
        api.Get("/admin/realms/ops/clients", http => http.WriteJson(new { error = "HTTP 403 Forbidden" }, StatusCodes.Status403Forbidden));
    }

    private async Task Token(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!providers.IsClient(http.Request, form))
        {
            await http.WriteJson(new { error = "unauthorized_client", error_description = "Invalid client or Invalid client credentials" }, StatusCodes.Status401Unauthorized);
            return;
        }

        await http.WriteJson(new Dictionary<string, object>
        {
            ["access_token"] = providers.Issue(ProviderHosts.Keycloak),
            ["expires_in"] = 300,
            ["refresh_expires_in"] = 0,
            ["token_type"] = "Bearer",
            ["not-before-policy"] = 0,
            ["scope"] = "profile email",
        });
    }

    private async Task<bool> Admit(HttpContext http)
    {
        if (providers.IsIssued(ProviderHosts.Keycloak, IssuedTokens.FromHeader(http.Request.Headers.Authorization.ToString()))) return true;
        http.Response.Headers.WWWAuthenticate = "Bearer realm=\"ops\"";
        await http.WriteJson(new { error = "HTTP 401 Unauthorized" }, StatusCodes.Status401Unauthorized);
        return false;
    }

    /// <summary>The new user's address is in a header, and there is no body.</summary>
    private async Task Create(HttpContext http)
    {
        using var user = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        var name = user.RootElement.GetProperty("username").GetString()!;
        if (name == "user1")
        {
            await http.WriteJson(new { errorMessage = "User exists with same username" }, StatusCodes.Status409Conflict);
            return;
        }

        http.Response.Headers.Location = $"https://{ProviderHosts.Keycloak}/admin/realms/ops/users/{Guid.NewGuid()}";
        http.Response.StatusCode = StatusCodes.Status201Created;
    }

    private static JsonObject Row(int id) => new() { ["id"] = $"{id}", ["username"] = $"user{id}", ["enabled"] = true };
}
