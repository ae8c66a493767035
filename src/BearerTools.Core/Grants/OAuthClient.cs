using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>A client at its authority: finds the endpoints, and authenticates. What every grant shares.</summary>
internal sealed class OAuthClient
{
    private readonly OAuthBackchannel _backchannel;
    private readonly Discovery _discovery;
    private readonly OAuthClientOptions _options;
    private readonly Secret? _secretAtFirst;

    private volatile Proof? _proof;

    /// <exception cref="BearerTokenException">Something is missing, or the secret is not where it was said to be.</exception>
    public OAuthClient(OAuthBackchannel backchannel, Discovery discovery, OAuthClientOptions options)
    {
        if (string.IsNullOrEmpty(options.ClientId)) throw Missing("ClientIdMissing", "No client is named.", "Give its client id.");
        if (options.TokenEndpoint is null && string.IsNullOrEmpty(options.Authority))
            throw Missing("AuthorityMissing", "No authority is named.", "Give the authority's issuer, or the address of its token endpoint.");
        if (options.TokenEndpoint is { } endpoint) OAuthBackchannel.CheckAddress(TokenEndpoint.Who, endpoint);
        else OAuthBackchannel.CheckAddress(Discovery.AuthorityName, WellKnownAddress.ReadIssuer(options.Authority!));
        ClientAuthenticationMethods.Check(options.AuthenticationMethod, options.Secret is not null);
        _backchannel = backchannel;
        _discovery = discovery;
        _options = options;
        _secretAtFirst = options.Secret?.Read();
    }

    public string ClientId => _options.ClientId;

    /// <summary>The issuer, or where there is none the token endpoint.</summary>
    public string Authority => _options.Authority ?? OAuthBackchannel.Show(_options.TokenEndpoint!);

    public TimeProvider Time => _backchannel.Time;

    public void AddTo(TokenKey.Builder key) => key
        .Add("authority", _options.Authority)
        .Add("token_endpoint", _options.TokenEndpoint)
        .Add("client", ClientId)
        .Add("client_authentication", _options.AuthenticationMethod)
        .Add("client_secret_from", _options.Secret?.Text)
        .AddSecret("client_secret", _secretAtFirst);

    /// <summary>The token endpoint, with this client's authentication; the secret is read anew, because it may have been rotated.</summary>
    public async Task<TokenEndpoint> ConnectAsync(Action<string>? say, CancellationToken cancel)
    {
        var metadata = _options.TokenEndpoint is null ? await _discovery.GetAsync(_options.Authority!, say, cancel) : null;
        var address = _options.TokenEndpoint ?? metadata?.TokenEndpoint ?? throw Missing("TokenEndpointMissing",
            $"The metadata of {Authority} names no token endpoint.", "Give the token endpoint's address.");
        return new TokenEndpoint(_backchannel, address, metadata?.Issuer ?? _options.Authority, Authenticate(metadata));
    }

    /// <summary>One authentication per secret, kept: the secrets that were made for it stay known to redaction.</summary>
    private ClientAuthentication Authenticate(AuthorityMetadata? metadata)
    {
        var secret = _options.Secret?.Read();
        var proof = _proof;
        if (proof is null || proof.Secret?.Reveal() != secret?.Reveal())
        {
            _proof = proof = new Proof(secret, ClientAuthenticationMethods.Create(
                ClientId, secret, _options.AuthenticationMethod, metadata?.TokenEndpointAuthMethods));
        }

        return proof.Authentication;
    }

    private static BearerTokenException Missing(string id, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = BearerErrorKind.InvalidArgument, NextStep = nextStep };

    private sealed record Proof(Secret? Secret, ClientAuthentication Authentication);
}
