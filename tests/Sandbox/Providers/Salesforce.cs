using System.Globalization;
using System.Text.Json.Nodes;
using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Providers;

/// <summary>An organisation at Salesforce: tokens without a lifetime that name the API's address, and queries in batches.</summary>
internal sealed class Salesforce(ProviderContext providers)
{
    private const string Data = "/services/data/v62.0";
    private const string Tokens = "/services/oauth2/token";
    private const int Accounts = 5;
    private const int Batch = 2;

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = new ProviderRoutes(routes, ProviderHosts.Salesforce, Admit);
        routes.MapPost(Tokens, http => http.WriteJson(
            new { error = "invalid_grant", error_description = "request not supported on this domain" }, StatusCodes.Status400BadRequest)).RequireHost(ProviderHosts.SalesforceLogin);
        api.Open(HttpMethods.Post, Tokens, Token);
        api.Get(Data + "/query", http => http.Request.Query["q"].ToString().StartsWith("SELECT ", StringComparison.OrdinalIgnoreCase)
            ? List(http, 0)
            : Refuse(http, StatusCodes.Status400BadRequest, "MALFORMED_QUERY", "unexpected token"));
        api.Get(Data + "/query/{cursor}", http => List(http, int.Parse(http.RouteText("cursor").Split('-')[1], CultureInfo.InvariantCulture)));
        api.Get(Data + "/limits", http => http.WriteJson(new { DailyApiRequests = new { Max = 100_000, Remaining = 99_982 } }));
        api.Post(Data + "/sobjects/{type}", http => http.WriteJson(new { id = "003R00000000001AAA", success = true, errors = Array.Empty<object>() }, StatusCodes.Status201Created));
        api.Get(Data + "/sobjects/{type}/describe", http => Refuse(http, StatusCodes.Status404NotFound, "NOT_FOUND", "The requested resource does not exist"));
    }

    private async Task Token(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!providers.IsClient(http.Request, form))
        {
            await http.WriteJson(new { error = "invalid_client", error_description = "invalid client credentials" }, StatusCodes.Status400BadRequest);
            return;
        }

        await http.WriteJson(new
        {
            access_token = providers.Issue(ProviderHosts.Salesforce),
            signature = "c2lnbmF0dXJl",
            scope = "api",
            instance_url = "https://" + ProviderHosts.Salesforce,
            id = "https://login.salesforce.com/id/00D/005",
            token_type = "Bearer",
            issued_at = providers.Clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        });
    }

    private async Task<bool> Admit(HttpContext http)
    {
        http.Response.Headers["Sforce-Limit-Info"] = "api-usage=18/100000";
        if (providers.IsIssued(ProviderHosts.Salesforce, IssuedTokens.FromHeader(http.Request.Headers.Authorization.ToString()))) return true;
        http.Response.Headers.WWWAuthenticate = "Token";
        await Refuse(http, StatusCodes.Status401Unauthorized, "INVALID_SESSION_ID", "Session expired or invalid");
        return false;
    }

    private static Task List(HttpContext http, int skip)
    {
        var isDone = skip + Batch >= Accounts;
        var page = new JsonObject { ["totalSize"] = Accounts, ["done"] = isDone };
        if (!isDone) page["nextRecordsUrl"] = $"{Data}/query/01gD0000002HU6KIAW-{skip + Batch}";
        page["records"] = ProviderRoutes.Rows(Accounts, skip, Batch, id => new JsonObject
        {
            ["attributes"] = new JsonObject { ["type"] = "Account", ["url"] = $"{Data}/sobjects/Account/{id}" },
            ["Id"] = $"001{id}",
            ["Name"] = $"Account {id}",
        });
        return http.WriteJson(page);
    }

    private static Task Refuse(HttpContext http, int status, string errorCode, string message) => http.WriteJson(new[] { new { message, errorCode } }, status);
}
