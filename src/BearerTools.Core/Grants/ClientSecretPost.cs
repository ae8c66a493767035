using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// Sends the secret as a form parameter, for authorities that accept nothing else (RFC 6749 section 2.3.1).
/// </summary>
internal sealed class ClientSecretPost(string clientId, Secret secret) : ClientAuthentication(clientId)
{
    public override void Apply(OAuthRequest request)
    {
        request.Add(OAuthConstants.Parameter.ClientId, ClientId);
        request.Add(OAuthConstants.Parameter.ClientSecret, secret.Reveal());
    }
}
