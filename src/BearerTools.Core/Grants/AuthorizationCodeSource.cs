using BearerTools.Diagnostics;
using BearerTools.Grants.Login;
using BearerTools.Security;
using BearerTools.Tokens;
using Front = BearerTools.Grants.OAuthConstants.Authorization;
using Words = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>
/// A token for a person who logs in with a browser: authorization code with PKCE (RFC 6749 section 4.1, RFC 7636) and a
/// redirect to this machine (RFC 8252).
/// </summary>
internal sealed class AuthorizationCodeSource : LoginSource
{
    public const string Flow = "AuthorizationCode";

    private const string Who = "The authorization endpoint";

    private readonly AuthorizationCodeOptions _options;
    private readonly IBrowser _browser;

    /// <exception cref="BearerTokenException">What was given cannot be used.</exception>
    public AuthorizationCodeSource(OAuthClient client, GrantScope scope, AuthorizationCodeOptions options, IBrowser browser) : base(Flow, client, scope)
    {
        if (options.AuthorizationEndpoint is { } endpoint) OAuthBackchannel.CheckAddress(Who, endpoint);
        _options = options;
        _browser = browser;
    }

    protected override string Command => "Get-BearerToken -Interactive";

    protected override void AddTo(TokenKey.Builder key) => key
        .Add("authorization_endpoint", _options.AuthorizationEndpoint)
        .Add(Front.RedirectUri, _options.RedirectAddress.Text)
        .Add("pushed", _options.Pushed ? "yes" : "no")
        .Add(Front.LoginHint, _options.LoginHint)
        .Add(Front.Prompt, _options.Prompt);

    protected override async Task<TokenResult> LogInAsync(IUserPrompt prompt, IEventSink events, CancellationToken cancel)
    {
        var metadata = await Client.MetadataAsync(events, cancel).ConfigureAwait(false);
        var endpoint = Endpoint(metadata);
        var tokenEndpoint = Client.Connect(metadata);
        AuthorizationAttempt attempt;
        Secret code;
        using (var listener = Listen(prompt))
        {
            attempt = new AuthorizationAttempt(metadata, Client.Authority, listener?.RedirectUri ?? _options.RedirectAddress.Text, IsOpenId);
            var address = await new AuthorizationRequest(Client, _options.Pushed).AddressAsync(metadata, endpoint, Parameters(attempt), events, cancel).ConfigureAwait(false);
            code = await new LoginAtBrowser(prompt, _browser, Client.Time).GetCodeAsync(attempt, address, listener, cancel).ConfigureAwait(false);
        }

        // Once: a code that was sent twice is revoked with all that came of it (RFC 6749 section 4.1.2).
        var response = await tokenEndpoint.RequestAsync(Redemption(attempt, code), events, cancel).ConfigureAwait(false);
        var account = await new IdTokens(Client, IsOpenId).AccountAsync(metadata, response, attempt.Nonce, events, cancel).ConfigureAwait(false);
        return new TokenResult(response.ToToken(Metadata with { Account = account }), response.RefreshToken);
    }

    private IEnumerable<KeyValuePair<string, string>> Parameters(AuthorizationAttempt attempt)
    {
        foreach (var parameter in attempt.Parameters()) yield return parameter;
        foreach (var parameter in Scope.ToParameters()) yield return parameter;
        if (_options.LoginHint is { } hint) yield return new(Front.LoginHint, hint);
        if (_options.Prompt is { } prompt) yield return new(Front.Prompt, prompt);
    }

    private IEnumerable<KeyValuePair<string, string>> Redemption(AuthorizationAttempt attempt, Secret code) =>
    [
        new(Words.GrantType, OAuthConstants.Grant.AuthorizationCode),
        new(Front.Code, code.Reveal()),
        new(Front.RedirectUri, attempt.RedirectUri),
        new(Front.CodeVerifier, attempt.Verifier.Reveal()),
        .. Scope.Resources.Select(resource => new KeyValuePair<string, string>(Words.Resource, resource)),
    ];

    private Uri Endpoint(AuthorityMetadata? metadata)
    {
        if (metadata?.CodeChallengeMethods?.Contains(Front.Sha256Challenge, StringComparer.Ordinal) == false)
            throw Unusable("PkceUnsupported", BearerErrorKind.Security, $"The authority {Metadata.Authority} does not protect codes by S256 (RFC 7636).", "Its operator has to switch that on; logging in without it is not done.");
        var endpoint = _options.AuthorizationEndpoint ?? metadata?.AuthorizationEndpoint
            ?? throw Unusable("AuthorizationEndpointMissing", BearerErrorKind.InvalidArgument, $"No authorization endpoint of {Metadata.Authority} is known.", "Give its address with -AuthorizationEndpoint.");
        if (Origin.Of(endpoint).IsHttps || !Origin.Of(new Uri(Client.Authority)).IsHttps) return endpoint;
        throw Unusable("InsecureEndpoint", BearerErrorKind.Security, $"{Who} {OAuthBackchannel.Show(endpoint)} is not https, though {Metadata.Authority} is.", "Give its https address.");
    }

    private LoopbackListener? Listen(IUserPrompt prompt)
    {
        if (_options.RedirectAddress.IsHere) return LoopbackListener.Start(_options.RedirectAddress);
        return prompt.HasBrowser ? throw RedirectAddress.NotHere(_options.RedirectAddress) : null;
    }

    private static BearerTokenException Unusable(string id, BearerErrorKind kind, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = kind, NextStep = nextStep };
}
