using BearerTools.Grants.Keys;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>A client and its authority, as the user specifies them, for all grants.</summary>
internal sealed record OAuthClientOptions
{
    /// <summary>The issuer, exactly as the authority spells it; the endpoints come from its metadata.</summary>
    public string? Authority { get; init; }

    /// <summary>The token endpoint; if it is set, no metadata is read.</summary>
    public Uri? TokenEndpoint { get; init; }

    /// <summary>The client id; empty only if the request does not name the client.</summary>
    public required string ClientId { get; init; }

    public SecretReference? Secret { get; init; }

    /// <summary>
    /// One of <see cref="OAuthConstants.ClientAuthenticationMethod"/>; <see langword="null"/> to use what the authority
    /// supports.
    /// </summary>
    public string? AuthenticationMethod { get; init; }

    /// <summary>The client's private key, with or without its certificate.</summary>
    public KeyPlace? Key { get; init; }

    /// <summary>The key id that the authority uses; by default the key's own id.</summary>
    public string? KeyId { get; init; }

    /// <summary>
    /// One of <see cref="Keys.SigningAlgorithm"/>; <see langword="null"/> to choose one that key and authority support.
    /// </summary>
    public string? SigningAlgorithm { get; init; }

    /// <summary>
    /// True to use the token endpoint as the audience of assertions, as older authorities require, instead of the issuer.
    /// </summary>
    public bool AssertsToEndpoint { get; init; }

    /// <summary>True to omit <c>client_id</c>, because an assertion contains it or the grant brings its own credential.</summary>
    public bool IsUnnamed { get; init; }

    /// <summary>
    /// True if the user says how tokens are sent to the API, so that their type does not matter (RFC 6749 section 7.1 forbids the use of a
    /// type that the client does not understand).
    /// </summary>
    public bool TakesAnyTokenType { get; init; }

    /// <summary>Headers of each request to the authority, or <see langword="null"/>.</summary>
    public BackchannelHeaders? Headers { get; init; }

    /// <summary>The key to bind tokens to (RFC 9449), or <see langword="null"/> for bearer tokens.</summary>
    public DPoPKey? ProofKey { get; init; }
}
