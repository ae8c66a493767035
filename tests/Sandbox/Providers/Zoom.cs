using System.Text.Json.Nodes;
using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Providers;

/// <summary>Zoom: a grant of its own at one host, and an API with tokens for pages at another.</summary>
internal sealed class Zoom(ProviderContext providers)
{
    private const string Account = "abc123";
    private const int Users = 650;
    private const int LargestPage = 300;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/oauth/token", Token).RequireHost(ProviderHosts.ZoomTokens);
        var api = new ProviderRoutes(routes, ProviderHosts.Zoom, Admit);
        api.Get("/v2/users", List);
        api.Get("/v2/users/{id}/meetings", Meetings);
        api.Get("/v2/phone/users", http => Refuse(http, StatusCodes.Status400BadRequest, 4711, "Invalid access token, does not contain scopes:[phone:read:list_users:admin]."));
    }

    private async Task Token(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (error, reason) = !providers.IsClient(http.Request, form) ? ("invalid_client", "Invalid client_id or client_secret")
            : form["grant_type"] != "account_credentials" ? ("unsupported_grant_type", "unsupported grant type")
            : form["account_id"] != Account ? ("invalid_request", "Bad Request")
            : (null, null);
        if (error is not null)
        {
            await http.WriteJson(new { reason, error }, StatusCodes.Status400BadRequest);
            return;
        }

        await http.WriteJson(new
        {
            access_token = providers.Issue(ProviderHosts.Zoom),
            token_type = "bearer",
            expires_in = 3600,
            scope = "user:read:list_users:admin meeting:read:list_meetings:admin",
            api_url = "https://" + ProviderHosts.Zoom,
        });
    }

    private async Task<bool> Admit(HttpContext http)
    {
        if (providers.IsIssued(ProviderHosts.Zoom, IssuedTokens.FromHeader(http.Request.Headers.Authorization.ToString()))) return true;
        await Refuse(http, StatusCodes.Status401Unauthorized, 124, "Invalid access token.");
        return false;
    }

    private static Task List(HttpContext http)
    {
        var (size, skip) = (Math.Min(LargestPage, http.QueryNumber("page_size", 30)), http.QueryNumber("next_page_token", 0));
        var next = skip + size < Users ? $"{skip + size}" : "";
        var rows = ProviderRoutes.Rows(Users, skip, size, id => new JsonObject { ["id"] = $"u{id}", ["email"] = $"user{id}@contoso.com" });
        return http.WriteJson(new JsonObject { ["page_size"] = size, ["total_records"] = Users, ["next_page_token"] = next, ["users"] = rows });
    }

    /// <summary>The second request comes too soon.</summary>
    private Task Meetings(HttpContext http)
    {
        http.Response.Headers["X-RateLimit-Category"] = "Medium";
        if (providers.Count("zoom/meetings") != 2) return http.WriteJson(new { page_size = 30, next_page_token = "", meetings = new[] { new { id = 1, topic = $"Meeting of {http.RouteText("id")}" } } });
        http.Response.Headers["X-RateLimit-Type"] = "Per-second-limit";
        return Refuse(http, StatusCodes.Status429TooManyRequests, 429, "You have reached the maximum per-second rate limit for this API. Try again later.");
    }

    private static Task Refuse(HttpContext http, int status, int code, string message) => http.WriteJson(new { code, message }, status);
}
