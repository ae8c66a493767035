using System.Text.Json.Nodes;
using BearerTools.Sandbox.Entra;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Providers;

/// <summary>Lists of Microsoft Graph: pages by @odata.nextLink, throttling, and a permission that the app does not have.</summary>
internal static class GraphLists
{
    private const int Groups = 2200;
    private const int LargestPage = 999;

    public static void Map(IEndpointRouteBuilder routes, EntraApi api, ProviderContext providers)
    {
        api.Get(routes, "/v1.0/groups", (http, _) => List(http));
        api.Get(routes, "/v1.0/groups/{id}/members", (http, _) => providers.Count("graph/members") == 1
            ? Throttle(http)
            : http.WriteJson(new { value = new[] { new { id = $"member-of-{http.RouteText("id")}", displayName = "Ada" } } }));
        api.Get(routes, "/v1.0/groups/$count", (http, _) => http.Request.Headers["ConsistencyLevel"] == "eventual"
            ? http.WriteBytes("2200"u8.ToArray(), "text/plain")
            : Refuse(http, StatusCodes.Status400BadRequest, "Request_BadRequest", "$count is not currently supported."));
        api.Get(routes, "/v1.0/auditLogs/signIns", (http, _) =>
            Refuse(http, StatusCodes.Status403Forbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."));
    }

    private static Task List(HttpContext http)
    {
        var (size, skip) = (Math.Min(LargestPage, http.QueryNumber("$top", 100)), http.QueryNumber("$skiptoken", 0));
        var page = new JsonObject { ["@odata.context"] = "https://graph.microsoft.com/v1.0/$metadata#groups" };
        if (skip + size < Groups) page["@odata.nextLink"] = ProviderRoutes.AddressWith(http, ("$skiptoken", skip + size));
        page["value"] = ProviderRoutes.Rows(Groups, skip, size, id => new JsonObject { ["id"] = $"{id}", ["displayName"] = $"Group {id}" });
        return http.WriteJson(page);
    }

    private static Task Throttle(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return Refuse(http, StatusCodes.Status429TooManyRequests, "TooManyRequests", "Too Many Requests");
    }

    private static Task Refuse(HttpContext http, int status, string code, string message) =>
        http.WriteJson(new { error = new { code, message, innerError = new { date = "2026-01-01T00:00:00" } } }, status);
}
