using System.Text.Json.Nodes;
using BearerTools.Sandbox.Entra;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Providers;

/// <summary>Azure Resource Manager: api-version, nextLink, and operations that take a while.</summary>
internal static class ResourceManager
{
    private const string Subscription = "/subscriptions/{subscription}";
    private const string Machine = Subscription + "/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}";
    private const int Groups = 5;
    private const int PageSize = 2;

    public static void Map(IEndpointRouteBuilder routes, EntraApi api, ProviderContext providers)
    {
        void Route(string method, string path, RequestDelegate response) => api.Route(routes, method, path, (http, _) => http.Request.Query["api-version"].Count == 1
            ? response(http)
            : Refuse(http, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests."));

        Route(HttpMethods.Get, Subscription + "/resourcegroups", List);
        Route(HttpMethods.Post, Machine + "/start", Start);
        Route(HttpMethods.Get, Subscription + "/operations/{id}", http => State(http, providers));
        Route(HttpMethods.Get, Subscription + "/results/{id}", http =>
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
    }

    private static Task List(HttpContext http)
    {
        var skip = http.QueryNumber("$skiptoken", 0);
        var page = new JsonObject { ["value"] = ProviderRoutes.Rows(Groups, skip, PageSize, id => new JsonObject { ["name"] = $"group{id}", ["location"] = "westeurope" }) };
        if (skip + PageSize < Groups) page["nextLink"] = ProviderRoutes.AddressWith(http, ("$skiptoken", skip + PageSize));
        return http.WriteJson(page);
    }

    private static Task Start(HttpContext http)
    {
        var at = $"https://{http.Request.Host}/subscriptions/{http.RouteText("subscription")}";
        var query = http.Request.QueryString;
        var id = Guid.NewGuid();
        http.Response.Headers["Azure-AsyncOperation"] = $"{at}/operations/{id}{query}";
        http.Response.Headers.Location = $"{at}/results/{id}{query}";
        http.Response.Headers.RetryAfter = "1";
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    private static Task State(HttpContext http, ProviderContext providers)
    {
        var id = http.RouteText("id");
        var isDone = providers.Count(id) > 1;
        if (!isDone) http.Response.Headers.RetryAfter = "1";
        return http.WriteJson(new { name = id, startTime = "2026-01-01T00:00:00Z", status = isDone ? "Succeeded" : "InProgress" });
    }

    private static Task Refuse(HttpContext http, string code, string message) => http.WriteJson(new { error = new { code, message } }, StatusCodes.Status400BadRequest);
}
