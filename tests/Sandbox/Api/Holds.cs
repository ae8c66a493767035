using System.Collections.Concurrent;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// Tokens that are revoked while many requests are under way. <c>/api/hold/ID?expect=N</c> holds what arrives until N
/// different ids are there, revokes every token, returns 401 to the first half at once and the others 401 when a newer token has been
/// issued. A request with that one succeeds, and counts as one effect. Another <c>gate=NAME</c> is another gate.
/// </summary>
internal sealed class Holds(SandboxContext sandbox)
{
    private readonly ConcurrentDictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    public void Map(ApiRoutes api) => api.AnyWithoutToken("/api/hold/{id}", http =>
    {
        var id = http.RouteText("id");
        // Counted before the token is looked at: refused arrivals are arrivals.
        sandbox.Stats.Arrived("hold/" + id);
        var expected = http.QueryNumber("expect", 1);
        var gate = _gates.GetOrAdd(http.Request.Query["gate"].ToString(), _ => new Gate(expected, sandbox.Tokens.RevokeAll));
        // Asked before the token is looked at: a token that is good behind the open gate is a newer one.
        return gate.IsOpen ? api.WithToken(Pass)(http) : api.WithToken(held => Hold(held, gate, id))(http);
    });

    private Task Pass(HttpContext http)
    {
        var id = http.RouteText("id");
        sandbox.Stats.Changed("hold/" + id);
        return http.WriteJson(new { id });
    }

    private async Task Hold(HttpContext http, Gate gate, string id)
    {
        var place = gate.Enter(id);
        var revokedThrough = await gate.WaitAsync(http.RequestAborted);
        if (!gate.IsInFirstHalf(place)) await sandbox.Tokens.WaitForOneAfter(revokedThrough, http.RequestAborted);
        await BearerChallenge.InvalidToken(http, "The token was revoked while the request waited.");
    }
}
