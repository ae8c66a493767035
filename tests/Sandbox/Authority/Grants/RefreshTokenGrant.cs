namespace BearerTools.Sandbox.Authority.Grants;

/// <summary>RFC 6749 section 6. A token that was used before ends its whole family (RFC 9700 section 4.14.2).</summary>
internal sealed class RefreshTokenGrant : ITokenGrant
{
    public string Type => "refresh_token";

    public GrantOutcome Decide(SandboxContext sandbox, IFormCollection form)
    {
        if (sandbox.RefreshTokens.Find(form["refresh_token"].ToString()) is not { } token)
            return new OAuthError("invalid_grant", "There is no such refresh token.");
        var family = token.Family;
        if (family.Revoked) return new OAuthError("invalid_grant", "The refresh token was revoked.");

        var scope = form["scope"].ToString();
        if (scope.Length == 0) scope = family.Scope;
        if (scope.Split(' ').Except(family.Scope.Split(' '), StringComparer.Ordinal).FirstOrDefault() is { } wider)
            return new OAuthError("invalid_scope", $"The scope '{wider}' was not granted before.");

        if (token.TryUse() || family.MayReuse) return new Approval(family.Subject, scope, token);
        family.Revoked = true;
        return new OAuthError("invalid_grant", "The refresh token was used before; all that came from it are revoked.");
    }
}
