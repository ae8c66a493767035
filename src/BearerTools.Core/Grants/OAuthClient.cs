using BearerTools.Diagnostics;
using BearerTools.Grants.Keys;
using BearerTools.Grants.Login;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>A client at its authority: finds the endpoints, and authenticates. What every grant shares.</summary>
internal sealed partial class OAuthClient
{
    private readonly OAuthBackchannel _backchannel;
    private readonly Discovery _discovery;
    private readonly OAuthClientOptions _options;
    private readonly Secret? _secretAtFirst;
    private readonly ClientKey? _keyAtFirst;

    private volatile Proof? _proof;

    /// <exception cref="BearerTokenException">Something is missing, or the secret or key is not where it was said to be.</exception>
    public OAuthClient(OAuthBackchannel backchannel, Discovery discovery, OAuthClientOptions options)
    {
        if (string.IsNullOrEmpty(options.ClientId)) throw Missing("ClientIdMissing", "No client is named.", "Give its client id.");
        if (options.TokenEndpoint is null && string.IsNullOrEmpty(options.Authority))
            throw Missing("AuthorityMissing", "No authority is named.", "Give the authority's issuer, or the address of its token endpoint.");
        if (options.TokenEndpoint is { } endpoint) OAuthBackchannel.CheckAddress(TokenEndpoint.Who, endpoint);
        else OAuthBackchannel.CheckAddress(Discovery.AuthorityName, WellKnownAddress.ReadIssuer(options.Authority!));
        ClientAuthenticationMethods.Check(options);
        _backchannel = backchannel;
        _discovery = discovery;
        _options = options;
        _secretAtFirst = options.Secret?.Read();
        _keyAtFirst = options.Key?.Read();
        if (_keyAtFirst is not null) SigningAlgorithm.Check(options.SigningAlgorithm, _keyAtFirst);
    }

    public string ClientId => _options.ClientId;

    /// <summary>The issuer, or where there is none the token endpoint.</summary>
    public string Authority => _options.Authority ?? OAuthBackchannel.Show(_options.TokenEndpoint!);

    /// <summary>The issuer, or <see langword="null"/> if the client was given the token endpoint instead.</summary>
    public string? Issuer => _options.TokenEndpoint is null ? _options.Authority : null;

    public TimeProvider Time => _backchannel.Time;

    public void AddTo(TokenKey.Builder key) => key
        .Add("authority", _options.Authority)
        .Add("token_endpoint", _options.TokenEndpoint)
        .Add("client", ClientId)
        .Add("client_authentication", _options.AuthenticationMethod)
        .Add("unnamed", _options.IsUnnamed ? "yes" : null)
        .AddSecret("client_secret", _secretAtFirst, _options.Secret?.Text)
        .AddPlace("client_key", _options.Key?.Text)
        .Add("client_key", _keyAtFirst?.Thumbprint)
        .Add("client_certificate", _keyAtFirst?.Certificate?.Thumbprint)
        .Add("key_id", _options.KeyId)
        .Add("signing_algorithm", _options.SigningAlgorithm)
        .Add("asserts_to_endpoint", _options.AssertsToEndpoint ? "yes" : null)
        .Add("dpop", _options.ProofKey?.Thumbprint);

    /// <summary>The token endpoint, with this client's authentication; the secret is read anew, because it may have been rotated.</summary>
    public async Task<TokenEndpoint> ConnectAsync(IEventSink events, CancellationToken cancel) => Connect(await MetadataAsync(events, cancel).ConfigureAwait(false));

    /// <summary>The same by metadata that the caller goes by all along.</summary>
    public TokenEndpoint Connect(AuthorityMetadata? metadata)
    {
        var client = Authenticate(metadata);
        if (client.Presented is not null) metadata = metadata?.ForMutualTls();
        var address = _options.TokenEndpoint ?? metadata?.TokenEndpoint ?? throw Missing("TokenEndpointMissing",
            $"The metadata of {Authority} names no token endpoint.", "Give the token endpoint's address.");
        if (_options.ProofKey is not null && metadata?.DPoPSigningAlgorithms is { } algorithms && !algorithms.Contains(DPoPKey.Algorithm))
            throw Missing("DPoPNotSupported", $"{Authority} takes no DPoP proofs of the kind {DPoPKey.Algorithm}: its metadata names {ServerText.Clean(string.Join(", ", algorithms))}.", "Leave out -DPoP, or ask who runs the authority.");
        return new TokenEndpoint(_backchannel.Presenting(client.Presented), address, metadata?.Issuer ?? _options.Authority, client, _options.ProofKey);
    }

    /// <summary>Another endpoint that takes this client's authentication.</summary>
    public ClientEndpoint Connect(AuthorityMetadata? metadata, string who, Uri address)
    {
        var client = Authenticate(metadata);
        return new ClientEndpoint(_backchannel.Presenting(client.Presented), who, address, metadata?.Issuer ?? _options.Authority, client);
    }

    /// <summary>The keys that the authority signs with.</summary>
    public AuthorityKeys AuthorityKeys => _discovery.Keys;

    /// <summary>What the authority says of itself to this client; nothing where its endpoints were given by hand.</summary>
    public async Task<AuthorityMetadata?> MetadataAsync(IEventSink events, CancellationToken cancel)
    {
        if (_options.TokenEndpoint is not null) return null;
        var metadata = await _discovery.GetAsync(_options.Authority!, events, cancel).ConfigureAwait(false);
        return Authenticate(metadata).Presented is null ? metadata : metadata.ForMutualTls();
    }

    /// <summary>One authentication per secret or key, kept: the secrets that were made for it stay known to redaction.</summary>
    private ClientAuthentication Authenticate(AuthorityMetadata? metadata)
    {
        var secret = _options.Secret?.Read();
        var key = _options.Key?.Read();
        var proof = _proof;
        if (proof is null || proof.Secret?.Reveal() != secret?.Reveal() || proof.Key?.Thumbprint != key?.Thumbprint || proof.Key?.Certificate?.Thumbprint != key?.Certificate?.Thumbprint)
            _proof = proof = new Proof(secret, key, ClientAuthenticationMethods.Create(_options, secret, key, metadata, Time));
        return proof.Authentication;
    }

    private static BearerTokenException Missing(string id, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = BearerErrorKind.InvalidArgument, NextStep = nextStep };

    private sealed record Proof(Secret? Secret, ClientKey? Key, ClientAuthentication Authentication);
}
