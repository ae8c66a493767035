using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Authority;

/// <summary>Everything that gives out tokens, or pretends to.</summary>
internal static class AuthorityEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, SandboxContext sandbox)
    {
        Discovery.Map(routes, sandbox);
        routes.MapGet("/jwks", http => http.WriteJson(new { keys = sandbox.Keys.PublicKeys() }));
        routes.MapPost("/token", new TokenEndpoint(sandbox).ApiResponse);
        new RevocationEndpoints(sandbox).Map(routes);
        new LoginEndpoints(sandbox).Map(routes);
        new GitHubEndpoints(sandbox).Map(routes);
        new OddAuthorities(sandbox).Map(routes);
    }
}
