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

    /// <summary>One of <see cref="OAuthWords.ClientAuthenticationMethod"/>, or nothing: what the authority supports.</summary>
    public string? AuthenticationMethod { get; init; }
}
