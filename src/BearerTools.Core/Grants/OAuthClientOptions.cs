using BearerTools.Grants.Keys;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>A client and its authority, as a user names them, whatever the grant.</summary>
internal sealed record OAuthClientOptions
{
    /// <summary>The issuer, exactly as the authority writes it; its metadata tells the endpoints.</summary>
    public string? Authority { get; init; }

    /// <summary>The token endpoint, given by hand; then no metadata is read.</summary>
    public Uri? TokenEndpoint { get; init; }

    public required string ClientId { get; init; }

    public SecretReference? Secret { get; init; }

    /// <summary>One of <see cref="OAuthConstants.ClientAuthenticationMethod"/>, or nothing: what the authority supports.</summary>
    public string? AuthenticationMethod { get; init; }

    /// <summary>The client's private key, perhaps with its certificate.</summary>
    public KeyPlace? Key { get; init; }

    /// <summary>What the authority knows the key by; by default what the key itself says.</summary>
    public string? KeyId { get; init; }

    /// <summary>One of <see cref="Keys.SigningAlgorithm"/>, or nothing: what key and authority have in common.</summary>
    public string? SigningAlgorithm { get; init; }

    /// <summary>Assertions name the endpoint as their audience, as old authorities want, instead of the issuer.</summary>
    public bool AssertsToEndpoint { get; init; }

    /// <summary>The client's name is not sent: an assertion names it.</summary>
    public bool IsUnnamed { get; init; }

    /// <summary>The key that tokens are to be bound to (RFC 9449), or nothing for bearer tokens.</summary>
    public DPoPKey? ProofKey { get; init; }
}
