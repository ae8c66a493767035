using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Entra;

/// <summary>What clients read before they ask for tokens: which names are one cloud, and where its endpoints are.</summary>
internal sealed class EntraDiscovery(EntraContext entra)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/common/discovery/instance", Instance).RequireHost(EntraHosts.Logins);
        routes.MapGet("/{tenant}/v2.0/.well-known/openid-configuration", Metadata).RequireHost(EntraHosts.Logins);
        routes.MapGet("/{tenant}/discovery/v2.0/keys", http => http.WriteJson(new { keys = entra.Keys.PublicKeys() })).RequireHost(EntraHosts.Logins);
    }

    private Task Instance(HttpContext http)
    {
        if (http.Request.Query["api-version"] != "1.1" || !Uri.TryCreate(http.Request.Query["authorization_endpoint"], UriKind.Absolute, out var authorize))
            return new EntraError(StatusCodes.Status400BadRequest, "invalid_request", 900144, "The api-version or the authorization_endpoint is missing.").ApiResponse(http, entra.Clock);
        if (!EntraHosts.Logins.Contains(authorize.Host, StringComparer.OrdinalIgnoreCase))
            return new EntraError(StatusCodes.Status400BadRequest, "invalid_instance", 50049, "Unknown or invalid instance.").ApiResponse(http, entra.Clock);

        var tenant = authorize.Segments.Length > 1 ? authorize.Segments[1].TrimEnd('/') : "common";
        return http.WriteJson(new Dictionary<string, object>
        {
            ["tenant_discovery_endpoint"] = $"https://{authorize.Host}/{tenant}/v2.0/.well-known/openid-configuration",
            ["api-version"] = "1.1",
            ["metadata"] = EntraCloud.All.Select(cloud => new { preferred_network = cloud.Login, preferred_cache = cloud.PreferredCache, aliases = cloud.Logins }),
        });
    }

    private Task Metadata(HttpContext http)
    {
        var cloud = EntraCloud.OfLogin(http.Request.Host.Host);
        if (!entra.Directory.IsTenant(http.RouteText("tenant"))) return EntraErrors.TenantUnknown(http.RouteText("tenant")).ApiResponse(http, entra.Clock);
        var oauth = $"https://{cloud.Login}/{http.RouteText("tenant")}/oauth2/v2.0";
        return http.WriteJson(new
        {
            issuer = entra.Tokens.Issuer(cloud),
            authorization_endpoint = oauth + "/authorize",
            token_endpoint = oauth + "/token",
            device_authorization_endpoint = oauth + "/devicecode",
            jwks_uri = $"https://{cloud.Login}/{http.RouteText("tenant")}/discovery/v2.0/keys",
        });
    }
}
