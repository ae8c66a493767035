using System.Globalization;
using BearerTools.Sandbox.Entra.Grants;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Entra;

/// <summary>What tests look at, and the levers they pull, over plain http.</summary>
internal sealed class EntraControl(EntraContext entra, RefreshGrant refresh)
{
    public void Map(WebApplication routes)
    {
        routes.MapGet("/stats", http => http.WriteJson(entra.Log)).RequireHost(EntraHosts.Plain);
        Lever(routes, "reset", _ =>
        {
            entra.Log.Reset();
            entra.Levers.Reset();
        });
        Lever(routes, "lifetime", http => entra.Levers.Lifetime = http.QueryNumber("seconds", EntraLevers.UsualLifetime));
        Lever(routes, "decline", _ => entra.Levers.UsersDecline = true);
        Lever(routes, "no-identities", _ => entra.Levers.HasIdentities = false);
        // A time as Entra names it, and one that no other challenge names.
        Lever(routes, "challenge", _ => entra.Levers.Challenge = (entra.Clock.GetUtcNow().ToUnixTimeSeconds() - Random.Shared.Next(1, 1_000_000)).ToString(CultureInfo.InvariantCulture));
        Lever(routes, "revoke-refresh-tokens", _ => refresh.RevokeAll());
        routes.MapPost("/control/fail/{name}", http =>
        {
            if (EntraErrors.ByName(http.RouteText("name")) is not { } fault) return http.WriteProblem(StatusCodes.Status404NotFound, "Not found", "There is no such fault.");
            for (var i = http.QueryNumber("times", 1); i > 0; i--) entra.Levers.Fail(fault);
            return http.WriteJson(fault);
        }).RequireHost(EntraHosts.Plain);
        // A user's token for the app, as an API has it that was called.
        routes.MapGet("/control/user-token", http =>
        {
            var scope = new RequestedScope(http.Request.Query["resource"].ToString() is { Length: > 0 } resource ? resource : "api://" + entra.Directory.ClientId, ["access_as_user"], false, false);
            return http.WriteJson(entra.Tokens.Make(EntraCloud.Public, entra.Directory.ClientId, scope, entra.Directory.Ada, new ClaimsRequest([], null)));
        }).RequireHost(EntraHosts.Plain);
        routes.MapFallback(http =>
        {
            entra.Log.Refuse($"{http.Request.Method} {http.Request.Host.Host}{http.Request.Path}");
            return http.WriteProblem(StatusCodes.Status404NotFound, "Not found", "The stand-in has nothing here.");
        });
    }

    private static void Lever(WebApplication routes, string name, Action<HttpContext> pull) => routes.MapPost("/control/" + name, http =>
    {
        pull(http);
        return http.WriteJson(new { done = name });
    }).RequireHost(EntraHosts.Plain);
}
