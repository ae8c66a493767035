using BearerTools.Diagnostics;
using BearerTools.Grants.Keys;
using BearerTools.Grants.Login;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>An OAuth client at its authority: finds the endpoints and authenticates. Shared by all grants.</summary>
internal sealed partial class OAuthClient
{
    private readonly OAuthBackchannel _backchannel;
    private readonly Discovery _discovery;
    private readonly OAuthClientOptions _options;
    private readonly Secret? _initialSecret;
    private readonly ClientKey? _initialKey;

    private volatile Proof? _proof;

    /// <exception cref="BearerTokenException">An option is missing, or the secret or key cannot be read.</exception>
    public OAuthClient(OAuthBackchannel backchannel, Discovery discovery, OAuthClientOptions options)
    {
        if (string.IsNullOrEmpty(options.ClientId) && !options.IsUnnamed)
            throw Missing("ClientIdMissing", "No client id is given.", "Pass the client id with -ClientId.");
        if (options.TokenEndpoint is null && string.IsNullOrEmpty(options.Authority))
            throw Missing("AuthorityMissing", "No authority is given.",
                "Pass the authority's issuer, or the address of its token endpoint.");
        if (options.TokenEndpoint is { } endpoint) OAuthBackchannel.CheckAddress(TokenEndpoint.DisplayName, endpoint);
        else OAuthBackchannel.CheckAddress(Discovery.AuthorityName, WellKnownAddress.ReadIssuer(options.Authority!));
        ClientAuthenticationMethods.Check(options);
        _backchannel = backchannel;
        _discovery = discovery;
        _options = options;
        _initialSecret = options.Secret?.Immediate;
        _initialKey = options.Key?.Read();
        if (_initialKey is not null) SigningAlgorithm.Check(options.SigningAlgorithm, _initialKey);
    }

    public string ClientId => _options.ClientId;

    /// <summary>The issuer or, if it is not known, the token endpoint.</summary>
    public string Authority => _options.Authority ?? OAuthBackchannel.Show(_options.TokenEndpoint!);

    /// <summary>The issuer, or <see langword="null"/> if the client was given the token endpoint instead.</summary>
    public string? Issuer => _options.TokenEndpoint is null ? _options.Authority : null;

    /// <summary>The key that tokens are bound to (RFC 9449), or <see langword="null"/>.</summary>
    public DPoPKey? ProofKey => _options.ProofKey;

    public TimeProvider Time => _backchannel.Time;

    public void AddTo(TokenKey.Builder key)
    {
        key.Add("authority", _options.Authority)
            .Add("token_endpoint", _options.TokenEndpoint)
            .Add("client", ClientId)
            .Add("client_authentication", _options.AuthenticationMethod)
            .Add("unnamed", _options.IsUnnamed ? "yes" : null)
            .AddSecret("client_secret", _initialSecret, _options.Secret?.Text)
            .AddPlace("client_key", _options.Key?.Text)
            .Add("client_key", _initialKey?.Thumbprint)
            .Add("client_certificate", _initialKey?.Certificate?.Thumbprint)
            .Add("key_id", _options.KeyId)
            .Add("signing_algorithm", _options.SigningAlgorithm)
            .Add("asserts_to_endpoint", _options.AssertsToEndpoint ? "yes" : null)
            .Add("any_token_type", _options.TakesAnyTokenType ? "yes" : null)
            .Add("dpop", _options.ProofKey?.Thumbprint);
        _options.Headers?.AddTo(key);
    }

    /// <summary>
    /// Connects to the token endpoint with this client's authentication; the secret is read again, because it may have been
    /// rotated.
    /// </summary>
    public async Task<TokenEndpoint> ConnectAsync(IEventSink events, CancellationToken cancel) =>
        Connect(await MetadataAsync(events, cancel).ConfigureAwait(false));

    /// <summary>Connects with metadata that the caller has already read.</summary>
    public TokenEndpoint Connect(AuthorityMetadata? metadata)
    {
        var client = Authenticate(metadata);
        if (client.Presented is not null) metadata = metadata?.ForMutualTls();
        var address = _options.TokenEndpoint ?? metadata?.TokenEndpoint ?? throw Missing("TokenEndpointMissing",
            $"The metadata of {Authority} has no token endpoint.", "Pass the token endpoint's address with -TokenEndpoint.");
        if (_options.ProofKey is not null && metadata?.DPoPSigningAlgorithms is { } algorithms && !algorithms.Contains(DPoPKey.Algorithm))
            throw Missing("DPoPNotSupported",
                $"{Authority} does not accept DPoP proofs signed with {DPoPKey.Algorithm}: its metadata lists "
                    + $"{ServerText.Clean(string.Join(", ", algorithms))}.",
                "Omit -DPoP, or ask the authority's operator.");
        return new TokenEndpoint(
            _backchannel.Presenting(client.Presented).With(_options.Headers),
            address,
            metadata?.Issuer ?? _options.Authority,
            client,
            _options.ProofKey,
            _options.TakesAnyTokenType);
    }

    /// <summary>Connects to another endpoint with this client's authentication.</summary>
    public ClientEndpoint Connect(AuthorityMetadata? metadata, string name, Uri address)
    {
        var client = Authenticate(metadata);
        var backchannel = _backchannel.Presenting(client.Presented).With(_options.Headers);
        return new ClientEndpoint(backchannel, name, address, metadata?.Issuer ?? _options.Authority, client);
    }

    /// <summary>The authority's signing keys.</summary>
    public AuthorityKeys AuthorityKeys => _discovery.Keys;

    /// <summary>
    /// Returns the authority's metadata for this client; <see langword="null"/> if the user supplied the endpoints.
    /// </summary>
    public async Task<AuthorityMetadata?> MetadataAsync(IEventSink events, CancellationToken cancel)
    {
        if (_options.TokenEndpoint is not null) return null;
        var metadata = await _discovery.GetAsync(_options.Authority!, events, cancel, _options.Headers).ConfigureAwait(false);
        return Authenticate(metadata).Presented is null ? metadata : metadata.ForMutualTls();
    }

    /// <summary>
    /// Creates one authentication per secret or key and keeps it, so that redaction keeps recognising its derived secrets.
    /// </summary>
    private ClientAuthentication Authenticate(AuthorityMetadata? metadata)
    {
        var secret = _options.Secret?.Read();
        var key = _options.Key?.Read();
        var proof = _proof;
        if (proof is null
            || proof.Secret?.Reveal() != secret?.Reveal()
            || proof.Key?.Thumbprint != key?.Thumbprint
            || proof.Key?.Certificate?.Thumbprint != key?.Certificate?.Thumbprint)
            _proof = proof = new Proof(secret, key, ClientAuthenticationMethods.Create(_options, secret, key, metadata, Time));
        return proof.Authentication;
    }

    private static BearerTokenException Missing(string id, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = BearerErrorKind.InvalidArgument, NextStep = nextStep };

    private sealed record Proof(Secret? Secret, ClientKey? Key, ClientAuthentication Authentication);
}
