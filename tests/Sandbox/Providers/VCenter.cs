using System.Text.Json.Nodes;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Providers;

/// <summary>The automation API of vCenter: a session id for a name and a password, sent in a header of its own.</summary>
internal sealed class VCenter(ProviderContext providers)
{
    private const string SessionHeader = "vmware-api-session-id";
    private const string Sessions = "/api/session";
    private const int Machines = 5;

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = new ProviderRoutes(routes, ProviderHosts.VCenter, Admit);
        api.Open(HttpMethods.Post, Sessions, http => providers.IsUser(http.Request)
            ? http.WriteJson(providers.Issue(ProviderHosts.VCenter), StatusCodes.Status201Created)
            : Refuse(http, StatusCodes.Status401Unauthorized, "UNAUTHENTICATED", "Authentication required."));
        api.Map(HttpMethods.Delete, Sessions, http =>
        {
            providers.End(ProviderHosts.VCenter, http.Request.Headers[SessionHeader]!);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        api.Get("/api/vcenter/vm", http => http.WriteJson(Rows(http.Request.Query["power_states"])));
        api.Get("/api/vcenter/vm/{vm}", http => http.WriteJson(new { name = http.RouteText("vm"), guest_OS = "DEBIAN_12_64" }));
        api.Post("/api/vcenter/vm/{vm}/power", http =>
        {
            http.Response.StatusCode = http.Request.Query["action"] == "start" ? StatusCodes.Status204NoContent : StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        });
    }

    private async Task<bool> Admit(HttpContext http)
    {
        if (providers.IsIssued(ProviderHosts.VCenter, http.Request.Headers[SessionHeader])) return true;
        await Refuse(http, StatusCodes.Status401Unauthorized, "UNAUTHENTICATED", "This method requires authentication.");
        return false;
    }

    /// <summary>All of them at once: the API has no pages.</summary>
    private static JsonArray Rows(string? state) => new([.. ProviderRoutes.Rows(Machines, 0, Machines, id => new JsonObject
    {
        ["vm"] = $"vm-{id}",
        ["name"] = $"web{id}",
        ["power_state"] = id == 1 ? "POWERED_OFF" : "POWERED_ON",
        ["cpu_count"] = 2,
        ["memory_size_MiB"] = 4096,
    }).Where(row => state is null || (string?)row!["power_state"] == state).Select(row => row!.DeepClone())]);

    private static Task Refuse(HttpContext http, int status, string type, string message) => http.WriteJson(
        new { error_type = type, messages = new[] { new { id = "vapi.security.authentication.required", default_message = message, args = Array.Empty<string>() } } }, status);
}
