using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox;

/// <summary>Tests and developers read the sandbox's state and set its levers here. No token needed.</summary>
internal static class ControlEndpoints
{
    public static void Map(WebApplication routes, SandboxContext sandbox)
    {
        routes.MapGet("/stats", http => http.WriteJson(sandbox.Stats));
        routes.MapGet("/stats/ids", http => http.WriteJson(new { arrivals = sandbox.Stats.ArrivalsById, effects = sandbox.Stats.EffectsById }));
        routes.MapPost("/stats/reset", http =>
        {
            sandbox.Stats.Reset();
            return http.WriteJson(sandbox.Stats);
        });
        routes.MapPost("/control/revoke-all", http =>
        {
            sandbox.Tokens.RevokeAll();
            if (http.Request.Query.ContainsKey("refreshTokens")) sandbox.RefreshTokens.RevokeAll();
            return http.WriteJson(sandbox.Stats);
        });
        routes.MapGet("/", http => http.WriteJson(RouteList.Of(routes)));
        routes.MapFallback(http => http.WriteProblem(
            StatusCodes.Status404NotFound, "Not found", $"The sandbox has nothing at {http.Request.Path}; {sandbox.Address} lists what it has."));
    }
}
