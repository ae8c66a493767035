using BearerTools.Grants.Keys;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// Authenticates with the certificate of the TLS connection; <c>client_id</c> is always sent as well (RFC 8705 section 2).
/// </summary>
internal sealed class MutualTlsClient(string clientId, ClientKey key) : ClientAuthentication(clientId)
{
    public override ClientKey Presented => key;

    public override void Apply(OAuthRequest request)
    {
        if (!Origin.Of(request.Endpoint).IsHttps)
        {
            throw new BearerTokenException($"{OAuthBackchannel.Show(request.Endpoint)} is not https; mutual TLS needs https.")
            {
                ErrorId = "InsecureEndpoint",
                Kind = BearerErrorKind.Security,
                NextStep = "Use its https address, or another client authentication method.",
            };
        }

        request.Add(OAuthConstants.Parameter.ClientId, ClientId);
    }
}
