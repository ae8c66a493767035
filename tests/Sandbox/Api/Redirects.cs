using System.Globalization;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// Sends the caller somewhere else: to, and status (302 when it is not given). <c>redirects/N</c> leads on N times,
/// then says so.
/// </summary>
internal static class Redirects
{
    public static void Map(ApiRoutes api)
    {
        api.Any("/api/redirect", ApiResponse);
        api.AnyWithoutToken("/open/redirect", ApiResponse);
        api.Any("/api/redirects/{left:int}", Lead);
        api.AnyWithoutToken("/open/redirects/{left:int}", Lead);
    }

    private static Task ApiResponse(HttpContext http)
    {
        http.Response.StatusCode = http.QueryNumber("status", StatusCodes.Status302Found);
        http.Response.Headers.Location = http.Request.Query["to"];
        return Task.CompletedTask;
    }

    private static Task Lead(HttpContext http)
    {
        var left = int.Parse(http.RouteText("left"), CultureInfo.InvariantCulture);
        if (left == 0) return http.WriteJson(new { arrived = true });
        var path = http.Request.Path.Value!;
        http.Response.Redirect($"{path[..path.LastIndexOf('/')]}/{left - 1}");
        return Task.CompletedTask;
    }
}
