using System.Security.Cryptography;

namespace BearerTools.Sandbox.Authority;

/// <summary>Makes access tokens as their scopes ask, and remembers them.</summary>
internal sealed class TokenFactory(SandboxContext sandbox)
{
    public string Make(string subject, string? scope, ScopeDirectives directives, string? thumbprint = null)
    {
        var now = sandbox.Clock.GetUtcNow();
        var value = directives.Opaque ? Convert.ToHexString(RandomNumberGenerator.GetBytes(24)) : Sign(subject, scope, directives, thumbprint, now);
        sandbox.Tokens.Add(value, now.AddSeconds(directives.Lifetime), subject, scope, thumbprint);
        sandbox.Stats.TokenIssued();
        return value;
    }

    private string Sign(string subject, string? scope, ScopeDirectives directives, string? thumbprint, DateTimeOffset now)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = sandbox.Issuer,
            ["sub"] = subject,
            ["aud"] = sandbox.Issuer + "/api/",
            ["client_id"] = sandbox.ClientId,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.ToUnixTimeSeconds() + directives.Lifetime,
            ["jti"] = Guid.NewGuid().ToString("N"),
        };
        if (thumbprint is not null) claims["cnf"] = new { jkt = thumbprint };
        if (!string.IsNullOrEmpty(scope)) claims["scope"] = scope;
        return sandbox.Keys.Sign(directives.Algorithm, claims);
    }
}
