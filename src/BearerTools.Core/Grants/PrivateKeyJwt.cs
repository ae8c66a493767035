using BearerTools.Grants.Keys;
using BearerTools.Security;
using Parameter = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>
/// Authenticates with a short-lived JWT signed with the client's private key, which is never sent (RFC 7523 section 2.2).
/// </summary>
internal sealed class PrivateKeyJwt(OAuthClientOptions client, ClientKey key, string algorithm, TimeProvider time)
    : ClientAuthentication(client.ClientId)
{
    /// <summary>Long enough for clocks that differ by some minutes, short enough to limit misuse.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);

    /// <summary>The last assertion. Held here so that a response that quotes it is redacted.</summary>
    public Secret? Latest { get; private set; }

    public override void Apply(OAuthRequest request)
    {
        var assertion = Latest = Make(request);
        request.Add(Parameter.ClientId, ClientId);
        request.Add(Parameter.ClientAssertionType, OAuthConstants.JwtBearerAssertion);
        request.Add(Parameter.ClientAssertion, assertion.Reveal());
    }

    /// <summary>
    /// Creates the assertion. Its audience is the issuer, as a single string: an attacker could name a foreign endpoint as
    /// its own and use an assertion for that endpoint's address there.
    /// </summary>
    private Secret Make(OAuthRequest request)
    {
        var endpoint = request.Endpoint.GetLeftPart(UriPartial.Path);
        var now = time.GetUtcNow();
        return SignedJwt.Make(key, algorithm, client.KeyId ?? key.KeyId, new Dictionary<string, object>
        {
            ["iss"] = ClientId,
            ["sub"] = ClientId,
            ["aud"] = client.AssertsToEndpoint ? endpoint : request.Issuer ?? endpoint,
            ["jti"] = SignedJwt.NewId(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + s_lifetime).ToUnixTimeSeconds(),
        });
    }
}
