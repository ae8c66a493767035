using System.Globalization;
using System.Text.Json.Nodes;
using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Providers;

/// <summary>An instance of ServiceNow: oauth_token.do, and the Table API with its links and totals.</summary>
internal sealed class ServiceNow(ProviderContext providers)
{
    private const int Incidents = 2500;

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = new ProviderRoutes(routes, ProviderHosts.ServiceNow, Admit);
        api.Open(HttpMethods.Post, "/oauth_token.do", Token);
        api.Get("/api/now/table/incident", List);
        api.Map(HttpMethods.Patch, "/api/now/table/incident/{id}", http => http.WriteJson(new { result = new { sys_id = http.RouteText("id"), state = "6" } }));
        api.Get("/api/now/table/sys_user", http => Refuse(http, StatusCodes.Status403Forbidden, "User Not Authorized", "Failed API level ACL Validation"));
    }

    /// <summary>The client is in the form: the documented way.</summary>
    private async Task Token(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (http.Request.Headers.Authorization.Count > 0 || !providers.IsClient(http.Request, form) || form["grant_type"] != "client_credentials")
        {
            await http.WriteJson(new { error_description = "access_denied", error = "server_error" }, StatusCodes.Status401Unauthorized);
            return;
        }

        await http.WriteJson(new { access_token = providers.Issue(ProviderHosts.ServiceNow), scope = "useraccount", token_type = "Bearer", expires_in = 1799 });
    }

    private async Task<bool> Admit(HttpContext http)
    {
        if (providers.IsIssued(ProviderHosts.ServiceNow, IssuedTokens.FromHeader(http.Request.Headers.Authorization.ToString()))) return true;
        await Refuse(http, StatusCodes.Status401Unauthorized, "User Not Authenticated", "Required to provide Auth information");
        return false;
    }

    private static Task List(HttpContext http)
    {
        var (size, offset) = (http.QueryNumber("sysparm_limit", 10000), http.QueryNumber("sysparm_offset", 0));
        string Link(int start, string rel) => $"<{ProviderRoutes.AddressWith(http, ("sysparm_offset", start))}>;rel=\"{rel}\"";
        var links = new List<string> { Link(0, "first") };
        if (offset > 0) links.Add(Link(offset - size, "prev"));
        if (offset + size < Incidents) links.Add(Link(offset + size, "next"));
        links.Add(Link((Incidents - 1) / size * size, "last"));
        http.Response.Headers.Link = string.Join(',', links);
        http.Response.Headers["X-Total-Count"] = Incidents.ToString(CultureInfo.InvariantCulture);
        return http.WriteJson(new JsonObject { ["result"] = ProviderRoutes.Rows(Incidents, offset, size, Row) });
    }

    private static JsonObject Row(int id) => new()
    {
        ["sys_id"] = $"{id:x32}",
        ["number"] = $"INC{id:0000000}",
        ["short_description"] = $"Printer {id} is on fire",
    };

    private static Task Refuse(HttpContext http, int status, string message, string detail) =>
        http.WriteJson(new { error = new { message, detail }, status = "failure" }, status);
}
