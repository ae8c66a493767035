using System.Net.Http.Headers;
using System.Text;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// Sends the secret with HTTP Basic, with client id and secret form-encoded first (RFC 6749 section 2.3.1 and appendix B).
/// </summary>
internal sealed class ClientSecretBasic : ClientAuthentication
{
    private readonly Secret _credentials;

    public ClientSecretBasic(string clientId, Secret secret) : base(clientId)
    {
        var pair = $"{FormEncode(clientId)}:{FormEncode(secret.Reveal())}";

        // Wrapped as a secret of its own: after form encoding, redaction would not recognise the client secret in it.
        _credentials = new Secret(Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
    }

    public override void Apply(OAuthRequest request) =>
        request.Authorization = new AuthenticationHeaderValue(AuthScheme.Basic, _credentials.Reveal());

    private static string FormEncode(string value) => Uri.EscapeDataString(value).Replace("%20", "+", StringComparison.Ordinal);
}
