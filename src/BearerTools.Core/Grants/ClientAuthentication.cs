using BearerTools.Grants.Keys;

namespace BearerTools.Grants;

/// <summary>
/// How a client proves who it is to an authority's endpoints, whatever the grant (RFC 6749 section 2.3).
/// It may hold secrets that were made from others, which stay redacted as long as it lives.
/// </summary>
internal abstract class ClientAuthentication(string clientId)
{
    public string ClientId { get; } = clientId;

    /// <summary>The key whose certificate is presented on the connection itself, where that is the proof.</summary>
    public virtual ClientKey? Presented => null;

    /// <summary>Adds the proof to one attempt.</summary>
    public abstract void Apply(OAuthRequest request);
}
