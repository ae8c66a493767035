using System.Globalization;
using BearerTools.Sandbox.Serving;
using Microsoft.AspNetCore.WebUtilities;

namespace BearerTools.Sandbox.Api;

/// <summary>Any status on request, and refusals that no token helps against.</summary>
internal static class Statuses
{
    private const int LowestFinal = 200;
    private const int Highest = 599;

    public static void Map(ApiRoutes api)
    {
        api.Any("/api/status/{code:int}", Status);
        api.AnyWithoutToken("/api/unauthorized", Unauthorized);
        api.AnyWithoutToken("/api/reject", http => BearerChallenge.InvalidToken(http, "No token is good enough here."));
    }

    private static Task Status(HttpContext http)
    {
        var code = int.Parse(http.RouteText("code"), CultureInfo.InvariantCulture);
        if (code is < LowestFinal or > Highest)
            return http.WriteProblem(StatusCodes.Status400BadRequest, "Bad request", $"{code} is not a final status.");

        if (http.Request.Query.TryGetValue("retryAfter", out var retryAfter)) http.Response.Headers.RetryAfter = retryAfter;
        if (code is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified))
            return http.WriteProblem(code, ReasonPhrases.GetReasonPhrase(code), http.Request.Query["detail"].FirstOrDefault() ?? $"You asked for {code}.");
        http.Response.StatusCode = code;
        return Task.CompletedTask;
    }

    /// <summary>401 with the challenges that the query gives, one header each.</summary>
    private static Task Unauthorized(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = http.Request.Query["challenge"];
        return http.WriteProblem(StatusCodes.Status401Unauthorized, "Unauthorized", "This address refuses everyone.");
    }
}
