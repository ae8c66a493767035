using System.Globalization;
using System.Text.Json.Nodes;
using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Providers;

/// <summary>GitHub's REST API: tokens of an app's installation or personal ones, pages by Link, and both kinds of rate limits.</summary>
internal sealed class GitHub(ProviderContext providers)
{
    public const string App = "12345";
    public const string Installation = "67890";

    private const int Repositories = 250;
    private const int LargestPage = 100;
    private const int HourlyLimit = 5000;

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = new ProviderRoutes(routes, ProviderHosts.GitHub, Admit);
        api.Open(HttpMethods.Post, "/app/installations/{id}/access_tokens", Token);
        api.Get("/installation/repositories", http => List(http, rows => new JsonObject { ["total_count"] = Repositories, ["repositories"] = rows }));
        api.Get("/orgs/contoso/repos", http => List(http, rows => rows));
        api.Get("/repos/contoso/{name}/issues", http => http.RouteText("name") == "secret"
            ? Refuse(http, StatusCodes.Status404NotFound, "Not Found")
            : List(http, rows => rows));
        api.Get("/repos/contoso/{name}", Repository);
        api.Post("/repos/contoso/{name}/issues", http => Refuse(http, StatusCodes.Status403Forbidden, "Resource not accessible by integration"));
        api.Get("/rate_limit", http => http.WriteJson(new { resources = new { core = new { limit = HourlyLimit, remaining = HourlyLimit - 1, used = 1, reset = Reset() } } }));
    }

    private Task Token(HttpContext http)
    {
        var jwt = IssuedTokens.FromHeader(http.Request.Headers.Authorization.ToString());
        if (jwt is null || !providers.Key.IsOfApp(jwt, App)) return Refuse(http, StatusCodes.Status401Unauthorized, "A JSON web token could not be decoded");
        if (http.RouteText("id") != Installation) return Refuse(http, StatusCodes.Status404NotFound, "Not Found");
        var end = providers.Clock.GetUtcNow().AddHours(1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return http.WriteJson(
            new { token = providers.Issue(ProviderHosts.GitHub), expires_at = end, permissions = new { contents = "read" }, repository_selection = "all" },
            StatusCodes.Status201Created);
    }

    private async Task<bool> Admit(HttpContext http)
    {
        var token = IssuedTokens.FromHeader(http.Request.Headers.Authorization.ToString());
        if (http.Request.Headers.UserAgent.Count == 0)
        {
            await Refuse(http, StatusCodes.Status403Forbidden, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header");
            return false;
        }

        if (token != providers.ApiKey && !providers.IsIssued(ProviderHosts.GitHub, token))
        {
            await Refuse(http, StatusCodes.Status401Unauthorized, "Bad credentials");
            return false;
        }

        var headers = http.Response.Headers;
        headers["X-RateLimit-Limit"] = HourlyLimit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = (HourlyLimit - 1).ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Used"] = "1";
        headers["X-RateLimit-Reset"] = Reset().ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Resource"] = "core";
        return true;
    }

    private static Task List(HttpContext http, Func<JsonArray, JsonNode> shape)
    {
        var (size, page) = (Math.Min(LargestPage, http.QueryNumber("per_page", 30)), http.QueryNumber("page", 1));
        var last = (Repositories + size - 1) / size;
        string Link(int number, string rel) => $"<{ProviderRoutes.AddressWith(http, ("page", number))}>; rel=\"{rel}\"";
        if (page < last) http.Response.Headers.Link = $"{Link(page + 1, "next")}, {Link(last, "last")}";
        return http.WriteJson(shape(ProviderRoutes.Rows(Repositories, (page - 1) * size, size, Row)));
    }

    /// <summary>The first request meets the secondary rate limit, which has no headers of its own but Retry-After.</summary>
    private Task Repository(HttpContext http)
    {
        if (providers.Count("github/repository") > 1) return http.WriteJson(new { name = http.RouteText("name"), open_issues_count = 3 });
        http.Response.Headers.RetryAfter = "1";
        return Refuse(http, StatusCodes.Status403Forbidden, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.");
    }

    private static JsonObject Row(int id) => new() { ["id"] = id, ["name"] = $"app{id}", ["full_name"] = $"contoso/app{id}", ["title"] = $"Issue {id}", ["number"] = id };

    private long Reset() => providers.Clock.GetUtcNow().AddMinutes(30).ToUnixTimeSeconds();

    private static Task Refuse(HttpContext http, int status, string message) =>
        http.WriteJson(new { message, documentation_url = "https://docs.github.com/rest", status = status.ToString(CultureInfo.InvariantCulture) }, status);
}
