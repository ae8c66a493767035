namespace BearerTools.Sandbox.Authority.Grants;

/// <summary>RFC 7523 section 2.1, for whomever an assertion names that the registered key has signed; as Google does it, scopes may be in it.</summary>
internal sealed class JwtBearerGrant : ITokenGrant
{
    public string Type => "urn:ietf:params:oauth:grant-type:jwt-bearer";

    public bool NeedsClient => false;

    public GrantOutcome Decide(SandboxContext sandbox, IFormCollection form)
    {
        var problem = sandbox.RegisteredKey.Problem(form["assertion"].ToString(), [sandbox.Issuer, sandbox.Issuer + "/token"], out var claims);
        if (problem is not null) return new OAuthError("invalid_grant", $"The assertion is refused. {problem}");
        var issuer = RegisteredKey.Text(claims, "iss");
        if (issuer != sandbox.ClientId && issuer != sandbox.ServiceAccount) return new OAuthError("invalid_grant", $"The assertion is refused. There is no '{issuer}'.");
        var scope = RegisteredKey.Text(claims, "scope") ?? form["scope"].ToString();
        return new Approval(RegisteredKey.Text(claims, "sub") ?? issuer, scope);
    }
}
