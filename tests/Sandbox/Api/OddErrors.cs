using System.Text;
using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>Error responses that a careless client would print unchanged.</summary>
internal static class OddErrors
{
    // Colours, a bell, a new window title, a C1 control sequence introducer, and a line that pretends to be another.
    private const string Controls = "\u001b[31mred\u001b[0m \u0007 \u001b]0;title\u0007 \u009b2J \rforged";

    public static void Map(ApiRoutes api)
    {
        api.Any("/api/odd/html-error", http => http.WriteBytes(
            "<!DOCTYPE html><html><head><title>Oops</title></head><body><h1>Internal Server Error</h1></body></html>"u8.ToArray(),
            "text/html",
            StatusCodes.Status500InternalServerError));
        api.Any("/api/odd/control-characters", http => http.Request.Query.ContainsKey("json")
            ? http.WriteProblem(StatusCodes.Status400BadRequest, "Bad request", Controls)
            : http.WriteBytes(Encoding.UTF8.GetBytes(Controls), "text/plain; charset=utf-8", StatusCodes.Status400BadRequest));
        api.Any("/api/odd/echo-token", http => http.WriteProblem(
            StatusCodes.Status500InternalServerError,
            "Unhandled exception",
            $"Cannot parse token {IssuedTokens.FromHeader(http.Request.Headers.Authorization.ToString())} of the caller."));
    }
}
