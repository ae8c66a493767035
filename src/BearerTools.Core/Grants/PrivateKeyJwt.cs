using BearerTools.Grants.Keys;
using BearerTools.Security;
using Words = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>A short-lived JWT, signed with the client's private key, which itself is never sent (RFC 7523 section 2.2).</summary>
internal sealed class PrivateKeyJwt(OAuthClientOptions client, ClientKey key, string algorithm, TimeProvider time) : ClientAuthentication(client.ClientId)
{
    /// <summary>Long enough for clocks that differ by some minutes, short enough to be of no use later.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);

    /// <summary>The last assertion: held, so that it stays redacted when the authority's answer quotes it.</summary>
    public Secret? Latest { get; private set; }

    public override void Apply(OAuthRequest request)
    {
        var assertion = Latest = Make(request);
        request.Add(Words.ClientId, ClientId);
        request.Add(Words.ClientAssertionType, OAuthConstants.JwtBearerAssertion);
        request.Add(Words.ClientAssertion, assertion.Reveal());
    }

    /// <summary>
    /// The audience is one string and the issuer: an assertion for an endpoint's address could be made for an attacker
    /// who names a foreign endpoint as its own, and be used there.
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
