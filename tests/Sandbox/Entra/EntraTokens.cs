using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace BearerTools.Sandbox.Entra;

/// <summary>What is known of an access token that was given out.</summary>
internal sealed record IssuedEntraToken(string Audience, EntraUser? UserPrompt, ClaimsRequest Claims, DateTimeOffset ExpiresOn, string Client);

/// <summary>Makes the tokens: JWTs with the claims that Entra writes, signed, and remembered for the APIs behind them.</summary>
internal sealed class EntraTokens(EntraContext entra)
{
    private readonly ConcurrentDictionary<string, IssuedEntraToken> _issued = new(StringComparer.Ordinal);

    public IssuedEntraToken? FindLive(string token) => _issued.TryGetValue(token, out var found) && found.ExpiresOn > entra.Clock.GetUtcNow() ? found : null;

    /// <summary>For an app, or for a user of it.</summary>
    public string Make(EntraCloud cloud, string client, RequestedScope scope, EntraUser? prompt, ClaimsRequest asked)
    {
        var claims = Common(cloud, client, scope.Resource, asked);
        if (prompt is null)
        {
            (claims["oid"], claims["sub"], claims["idtyp"]) = (entra.Directory.ServicePrincipalId, entra.Directory.ServicePrincipalId, "app");
            claims["roles"] = new[] { "Directory.Read.All" };
        }
        else
        {
            (claims["oid"], claims["sub"], claims["idtyp"]) = (prompt.Id, prompt.Id, "user");
            (claims["upn"], claims["name"]) = (prompt.Name, prompt.DisplayName);
            claims["scp"] = string.Join(' ', scope.Permissions.Where(permission => permission != ".default").DefaultIfEmpty("User.Read"));
        }
        return Issue(claims, scope.Resource, client, prompt, asked);
    }

    /// <summary>For a machine.</summary>
    public string Make(EntraIdentity identity, string resource)
    {
        var none = new ClaimsRequest([], null);
        var claims = Common(EntraCloud.Public, identity.ClientId, resource, none);
        (claims["oid"], claims["sub"], claims["idtyp"]) = (identity.ObjectId, identity.ObjectId, "app");
        claims["xms_mirid"] = identity.ResourceId;
        return Issue(claims, resource, identity.ClientId, null, none);
    }

    public string IdToken(EntraCloud cloud, string client, EntraUser prompt, string? nonce)
    {
        var now = entra.Clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["ver"] = "2.0",
            ["iss"] = Issuer(cloud),
            ["aud"] = client,
            ["sub"] = prompt.Id,
            ["oid"] = prompt.Id,
            ["tid"] = entra.Directory.TenantId,
            ["name"] = prompt.DisplayName,
            ["preferred_username"] = prompt.Name,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 3600,
        };
        if (nonce is not null) claims["nonce"] = nonce;
        return entra.Keys.Sign(Authority.SigningKeys.Rsa, claims, "JWT");
    }

    /// <summary>By which MSAL keeps accounts apart.</summary>
    public string ClientInfo(EntraUser prompt) =>
        WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(new { uid = prompt.Id, utid = entra.Directory.TenantId }));

    public string Issuer(EntraCloud cloud) => $"https://{cloud.Login}/{entra.Directory.TenantId}/v2.0";

    private Dictionary<string, object> Common(EntraCloud cloud, string client, string resource, ClaimsRequest asked)
    {
        var now = entra.Clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Issuer(cloud),
            ["aud"] = resource,
            ["tid"] = entra.Directory.TenantId,
            ["appid"] = client,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + entra.Levers.Lifetime,
            ["uti"] = Guid.NewGuid().ToString("N"),
            ["ver"] = "1.0",
        };
        if (asked.Capabilities.Length > 0) claims["xms_cc"] = asked.Capabilities;
        return claims;
    }

    private string Issue(Dictionary<string, object> claims, string audience, string client, EntraUser? prompt, ClaimsRequest asked)
    {
        var token = entra.Keys.Sign(Authority.SigningKeys.Rsa, claims, "JWT");
        _issued[token] = new IssuedEntraToken(audience, prompt, asked, DateTimeOffset.FromUnixTimeSeconds((long)claims["exp"]), client);
        return token;
    }
}
