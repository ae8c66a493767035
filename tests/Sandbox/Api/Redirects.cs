using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>Sends the caller somewhere else: to, and status (302 when it is not given).</summary>
internal static class Redirects
{
    public static void Map(ApiRoutes api)
    {
        api.Any("/api/redirect", Answer);
        api.AnyWithoutToken("/open/redirect", Answer);
    }

    private static Task Answer(HttpContext http)
    {
        http.Response.StatusCode = http.QueryNumber("status", StatusCodes.Status302Found);
        http.Response.Headers.Location = http.Request.Query["to"];
        return Task.CompletedTask;
    }
}
