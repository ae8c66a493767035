using BearerTools.Grants.Keys;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>The certificate of the TLS connection is the proof; the name goes along always (RFC 8705 section 2).</summary>
internal sealed class MutualTlsClient(string clientId, ClientKey key) : ClientAuthentication(clientId)
{
    public override ClientKey Presented => key;

    public override void Apply(OAuthRequest request)
    {
        if (!Origin.Of(request.Endpoint).IsHttps)
        {
            throw new BearerTokenException($"{OAuthBackchannel.Show(request.Endpoint)} is not https: without TLS there is no client certificate.")
            {
                ErrorId = "InsecureEndpoint",
                Kind = BearerErrorKind.Security,
                NextStep = "Give its https address, or prove the client in another way.",
            };
        }

        request.Add(OAuthConstants.Parameter.ClientId, ClientId);
    }
}
