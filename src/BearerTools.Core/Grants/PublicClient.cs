namespace BearerTools.Grants;

/// <summary>No proof: only the name (RFC 6749 section 3.2.1), or not even that where the grant says who asks (RFC 7523 section 3.1).</summary>
internal sealed class PublicClient(string clientId, bool isUnnamed = false) : ClientAuthentication(clientId)
{
    public override void Apply(OAuthRequest request)
    {
        if (!isUnnamed) request.Add(OAuthConstants.Parameter.ClientId, ClientId);
    }
}
