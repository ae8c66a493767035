namespace BearerTools.Grants;

/// <summary>
/// A client without a credential: sends only <c>client_id</c> (RFC 6749 section 3.2.1), or nothing if the grant identifies
/// the client (RFC 7523 section 3.1).
/// </summary>
internal sealed class PublicClient(string clientId, bool isUnnamed = false) : ClientAuthentication(clientId)
{
    public override void Apply(OAuthRequest request)
    {
        if (!isUnnamed) request.Add(OAuthConstants.Parameter.ClientId, ClientId);
    }
}
