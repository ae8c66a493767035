namespace BearerTools.Grants;

/// <summary>No proof: only the name (RFC 6749 section 3.2.1).</summary>
internal sealed class PublicClient(string clientId) : ClientAuthentication(clientId)
{
    public override void Apply(OAuthRequest request) => request.Add(OAuthWords.Parameter.ClientId, ClientId);
}
