using BearerTools.Sandbox.Authority.Grants;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Authority;

/// <summary>The token endpoint (RFC 6749 section 3.2): client, grant, scopes, token.</summary>
internal sealed class TokenEndpoint(SandboxContext sandbox)
{
    private static readonly Dictionary<string, ITokenGrant> s_grants = new ITokenGrant[]
    {
        new ClientCredentialsGrant(),
        new RefreshTokenGrant(),
        new TokenExchangeGrant(),
        new JwtBearerGrant(),
        new PasswordGrant(),
    }.ToDictionary(grant => grant.Type, StringComparer.Ordinal);

    private readonly TokenFactory _factory = new(sandbox);

    public static IEnumerable<string> GrantTypes => s_grants.Keys;

    public async Task ApiResponse(HttpContext http)
    {
        sandbox.Stats.TokenRequested();
        http.Response.Headers.CacheControl = "no-store";
        if (!http.Request.HasFormContentType)
        {
            await new OAuthError("invalid_request", "A token request is a form.").ApiResponse(http);
            return;
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        // Before anything is used up: the same request comes again with the nonce (RFC 9449 section 8).
        string? thumbprint = null;
        if (http.Request.Headers.ContainsKey(DPoPProofs.Header) && sandbox.Proofs.Problem(http.Request, sandbox.Proofs.AuthorityNonce, null, out thumbprint) is { } problem)
        {
            await new OAuthError(problem, "The proof of the key is not taken.").ApiResponse(http);
            return;
        }

        var isFree = s_grants.TryGetValue(form["grant_type"].ToString(), out var grant) && !grant.NeedsClient && !ClientAuthentication.IsTried(http.Request, form);
        var outcome = !isFree && ClientAuthentication.Check(sandbox, http.Request, form) is { } error ? error : Decide(form);
        if (outcome.Approval is { } approval) await ApiResponse(http, approval, thumbprint);
        else await outcome.Error!.ApiResponse(http);
    }

    private GrantOutcome Decide(IFormCollection form)
    {
        var type = form["grant_type"].ToString();
        return s_grants.TryGetValue(type, out var grant)
            ? grant.Decide(sandbox, form)
            : new OAuthError("unsupported_grant_type", $"The grant type '{type}' is not supported.");
    }

    private async Task ApiResponse(HttpContext http, Approval approval, string? thumbprint)
    {
        var directives = ScopeDirectives.TryRead(approval.Scope, out var refused);
        if (directives is null)
        {
            await new OAuthError("invalid_scope", $"The scope '{refused}' is not granted to this client.").ApiResponse(http);
            return;
        }

        await Task.Delay(TimeSpan.FromMilliseconds(directives.Delay), sandbox.Clock, http.RequestAborted);
        if (directives.Unbound) thumbprint = null;
        var response = new Dictionary<string, object>
        {
            ["access_token"] = _factory.Make(approval.Subject, approval.Scope, directives, thumbprint),
            ["token_type"] = thumbprint is null ? directives.TokenType : "DPoP",
        };
        if (!directives.NoExpiry) response["expires_in"] = directives.Lifetime;
        if (approval.Scope.Length > 0) response["scope"] = approval.Scope;
        foreach (var (name, value) in approval.More) response[name] = value;
        if (NextRefreshToken(approval, directives) is { } refreshToken) response["refresh_token"] = refreshToken;
        await http.WriteJson(response);
    }

    private string? NextRefreshToken(Approval approval, ScopeDirectives directives)
    {
        if (approval.Refreshed is { } used) return sandbox.RefreshTokens.Next(used);
        return directives.Refresh ? sandbox.RefreshTokens.Start(approval, directives.KeepRefreshToken) : null;
    }
}
