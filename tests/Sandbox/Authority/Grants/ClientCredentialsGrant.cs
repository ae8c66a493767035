namespace BearerTools.Sandbox.Authority.Grants;

/// <summary>RFC 6749 section 4.4.</summary>
internal sealed class ClientCredentialsGrant : ITokenGrant
{
    public string Type => "client_credentials";

    public GrantOutcome Decide(SandboxContext sandbox, IFormCollection form) => new Approval(sandbox.ClientId, form["scope"].ToString());
}
