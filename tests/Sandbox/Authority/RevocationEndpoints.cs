using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Authority;

/// <summary>What becomes of tokens: revocation (RFC 7009) and introspection (RFC 7662), each for authenticated clients.</summary>
internal sealed class RevocationEndpoints(SandboxContext sandbox)
{
    public const string Revocation = "/revoke";
    public const string Introspection = "/introspect";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Revocation, http => Checked(http, Revoke));
        routes.MapPost(Introspection, http => Checked(http, Introspect));
        routes.MapPost("/odd/busy/revoke", http =>
        {
            http.Response.Headers.RetryAfter = "1";
            return http.WriteBytes(ReadOnlyMemory<byte>.Empty, "text/plain", StatusCodes.Status503ServiceUnavailable);
        });
        routes.MapPost("/odd/no-jwt/revoke", http => Checked(http, (_, form) => IsJwt(form["token"].ToString())
            ? new OAuthError("unsupported_token_type", "Access tokens of this kind are not kept.").ApiResponse(http)
            : Revoke(http, form)));
    }

    private async Task Checked(HttpContext http, Func<HttpContext, IFormCollection, Task> response)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (!http.Request.HasFormContentType)
        {
            await new OAuthError("invalid_request", "The request is a form.").ApiResponse(http);
            return;
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (ClientAuthentication.Check(sandbox, http.Request, form) is { } error) await error.ApiResponse(http);
        else if (form["token"].Count != 1) await new OAuthError("invalid_request", "One token is to be named.").ApiResponse(http);
        else await response(http, form);
    }

    /// <summary>The hint is only a hint: both kinds are searched. A token that is not known is as good as revoked.</summary>
    private Task Revoke(HttpContext http, IFormCollection form)
    {
        var value = form["token"].ToString();
        if (sandbox.RefreshTokens.Find(value) is { } refresh) refresh.Family.Revoked = true;
        else sandbox.Tokens.Revoke(value);
        return Task.CompletedTask;
    }

    private Task Introspect(HttpContext http, IFormCollection form) => sandbox.Tokens.FindLive(form["token"].ToString()) is { } token
        ? http.WriteJson(new
        {
            active = true,
            scope = token.Scope,
            client_id = sandbox.ClientId,
            sub = token.Subject,
            aud = sandbox.Issuer + "/api/",
            iss = sandbox.Issuer,
            exp = token.ExpiresOn.ToUnixTimeSeconds(),
            token_type = token.Thumbprint is null ? "Bearer" : "DPoP",
        })
        : http.WriteJson(new { active = false });

    private static bool IsJwt(string value) => value.Split('.').Length == 3;
}
