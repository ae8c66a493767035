using BearerTools.Sandbox.Authority;

namespace BearerTools.Sandbox.Api;

/// <summary>Adds endpoints that are counted, and that want a live token of this sandbox unless they say otherwise.</summary>
internal sealed class ApiRoutes(IEndpointRouteBuilder routes, SandboxContext sandbox)
{
    private static readonly string[] s_get = [HttpMethods.Get, HttpMethods.Head];

    public void Get(string path, RequestDelegate response) => routes.MapMethods(path, s_get, Counted(WithToken(response)));

    public void Any(string path, RequestDelegate response) => routes.Map(path, Counted(WithToken(response)));

    /// <summary>For endpoints that deal with the token themselves, or do not look at it.</summary>
    public void AnyWithoutToken(string path, RequestDelegate response) => routes.Map(path, Counted(response));

    public RequestDelegate WithToken(RequestDelegate response) => http =>
    {
        var authorization = http.Request.Headers.Authorization;
        if (authorization.Count == 0) return BearerChallenge.Missing(http);
        if (sandbox.Tokens.Problem(authorization.ToString()) is { } problem) return BearerChallenge.InvalidToken(http, problem);
        return authorization.ToString().StartsWith(DPoPProofs.Scheme, StringComparison.Ordinal) ? WithProof(http, authorization.ToString(), response) : response(http);
    };

    private Task WithProof(HttpContext http, string authorization, RequestDelegate response)
    {
        var problem = sandbox.Proofs.Problem(http.Request, sandbox.Proofs.ApiNonce, IssuedTokens.FromHeader(authorization), out var thumbprint);
        if (problem is null && thumbprint != sandbox.Tokens.Thumbprint(authorization)) problem = "invalid_token";
        return problem is null ? response(http) : BearerChallenge.ProofRefused(http, problem);
    }

    private RequestDelegate Counted(RequestDelegate response) => async http =>
    {
        sandbox.Stats.Enter();
        try
        {
            await response(http);
        }
        finally
        {
            sandbox.Stats.Leave(http.Response.StatusCode);
        }
    };
}
