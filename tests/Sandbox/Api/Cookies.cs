using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>Gives the caller cookies: each name of the query with its value. Where <c>to</c> is given, it sends the caller there too.</summary>
internal static class Cookies
{
    public static void Map(ApiRoutes api)
    {
        api.Any("/api/cookies", ApiResponse);
        api.AnyWithoutToken("/open/cookies", ApiResponse);
    }

    private static Task ApiResponse(HttpContext http)
    {
        var path = new CookieOptions { Path = "/" };
        foreach (var (name, value) in http.Request.Query)
        {
            if (name != "to") http.Response.Cookies.Append(name, value.ToString(), path);
        }

        if (http.Request.Query.TryGetValue("to", out var to)) http.Response.Redirect(to.ToString());
        return http.Response.StatusCode == StatusCodes.Status200OK ? http.WriteJson(new { given = true }) : Task.CompletedTask;
    }
}
