using BearerTools.Grants.Keys;

namespace BearerTools.Grants;

/// <summary>
/// Authenticates a client at an authority's endpoints, for all grants (RFC 6749 section 2.3). An instance may hold derived
/// secrets, which stay redacted as long as it lives.
/// </summary>
internal abstract class ClientAuthentication(string clientId)
{
    public string ClientId { get; } = clientId;

    /// <summary>
    /// The key whose certificate is presented in the TLS handshake, for mutual-TLS authentication; otherwise <see
    /// langword="null"/>.
    /// </summary>
    public virtual ClientKey? Presented => null;

    /// <summary>Adds the client's credential to one request.</summary>
    public abstract void Apply(OAuthRequest request);
}
