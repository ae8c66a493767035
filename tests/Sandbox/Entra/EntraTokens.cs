using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace BearerTools.Sandbox.Entra;

/// <summary>What is known of an access token that was given out.</summary>
internal sealed record IssuedEntraToken(string Audience, EntraPerson? Person, ClaimsRequest Claims, DateTimeOffset ExpiresOn, string Client);

/// <summary>Makes the tokens: JWTs with the claims that Entra writes, signed, and remembered for the APIs behind them.</summary>
internal sealed class EntraTokens(EntraContext entra)
{
    private readonly ConcurrentDictionary<string, IssuedEntraToken> _issued = new(StringComparer.Ordinal);

    public IssuedEntraToken? FindLive(string token) => _issued.TryGetValue(token, out var found) && found.ExpiresOn > entra.Clock.GetUtcNow() ? found : null;

    /// <summary>For an app, or for a person who uses it.</summary>
    public string Make(EntraCloud cloud, string client, RequestedScope scope, EntraPerson? person, ClaimsRequest asked)
    {
        var claims = Common(cloud, client, scope.Resource, asked);
        if (person is null)
        {
            (claims["oid"], claims["sub"], claims["idtyp"]) = (entra.Directory.ServicePrincipalId, entra.Directory.ServicePrincipalId, "app");
            claims["roles"] = new[] { "Directory.Read.All" };
        }
        else
        {
            (claims["oid"], claims["sub"], claims["idtyp"]) = (person.Id, person.Id, "user");
            (claims["upn"], claims["name"]) = (person.Name, person.DisplayName);
            claims["scp"] = string.Join(' ', scope.Permissions.Where(permission => permission != ".default").DefaultIfEmpty("User.Read"));
        }
        return Issue(claims, scope.Resource, client, person, asked);
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

    public string IdToken(EntraCloud cloud, string client, EntraPerson person, string? nonce)
    {
        var now = entra.Clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["ver"] = "2.0",
            ["iss"] = Issuer(cloud),
            ["aud"] = client,
            ["sub"] = person.Id,
            ["oid"] = person.Id,
            ["tid"] = entra.Directory.TenantId,
            ["name"] = person.DisplayName,
            ["preferred_username"] = person.Name,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 3600,
        };
        if (nonce is not null) claims["nonce"] = nonce;
        return entra.Keys.Sign(Authority.SigningKeys.Rsa, claims, "JWT");
    }

    /// <summary>By which MSAL keeps accounts apart.</summary>
    public string ClientInfo(EntraPerson person) =>
        WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(new { uid = person.Id, utid = entra.Directory.TenantId }));

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

    private string Issue(Dictionary<string, object> claims, string audience, string client, EntraPerson? person, ClaimsRequest asked)
    {
        var token = entra.Keys.Sign(Authority.SigningKeys.Rsa, claims, "JWT");
        _issued[token] = new IssuedEntraToken(audience, person, asked, DateTimeOffset.FromUnixTimeSeconds((long)claims["exp"]), client);
        return token;
    }
}
