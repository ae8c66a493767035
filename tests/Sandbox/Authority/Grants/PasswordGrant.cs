namespace BearerTools.Sandbox.Authority.Grants;

/// <summary>RFC 6749 section 4.3.</summary>
internal sealed class PasswordGrant : ITokenGrant
{
    public string Type => "password";

    public GrantOutcome Decide(SandboxContext sandbox, IFormCollection form) =>
        form["username"] == sandbox.UserName && form["password"] == sandbox.Password
            ? new Approval(sandbox.UserName, form["scope"].ToString())
            : new OAuthError("invalid_grant", "User name or password is wrong.");
}
