using System.Security.Cryptography;

namespace BearerTools.Sandbox.Authority;

/// <summary>Makes access tokens as their scopes ask, and remembers them.</summary>
internal sealed class TokenMaker(SandboxContext sandbox)
{
    public string Make(string subject, string? scope, ScopeDirectives directives)
    {
        var now = sandbox.Clock.GetUtcNow();
        var value = directives.Opaque ? Convert.ToHexString(RandomNumberGenerator.GetBytes(24)) : Sign(subject, scope, directives, now);
        sandbox.Tokens.Add(value, now.AddSeconds(directives.Lifetime));
        sandbox.Stats.TokenIssued();
        return value;
    }

    private string Sign(string subject, string? scope, ScopeDirectives directives, DateTimeOffset now)
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
        if (!string.IsNullOrEmpty(scope)) claims["scope"] = scope;
        return sandbox.Keys.Sign(directives.Algorithm, claims);
    }
}
