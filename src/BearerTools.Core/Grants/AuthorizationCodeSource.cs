using BearerTools.Diagnostics;
using BearerTools.Grants.Login;
using BearerTools.Security;
using BearerTools.Tokens;
using AuthorizationParameter = BearerTools.Grants.OAuthConstants.Authorization;
using Parameter = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>
/// Gets a token for a user who signs in with a browser: authorization code with PKCE (RFC 6749 section 4.1, RFC 7636) and a
/// loopback redirect (RFC 8252).
/// </summary>
internal sealed class AuthorizationCodeSource : LoginSource
{
    public const string Flow = "AuthorizationCode";

    private const string DisplayName = "The authorization endpoint";

    private readonly AuthorizationCodeOptions _options;
    private readonly IBrowser _browser;

    /// <exception cref="BearerTokenException">The options are invalid.</exception>
    public AuthorizationCodeSource(OAuthClient client, GrantScope scope, AuthorizationCodeOptions options, IBrowser browser)
        : base(Flow, client, scope)
    {
        if (options.AuthorizationEndpoint is { } endpoint) OAuthBackchannel.CheckAddress(DisplayName, endpoint);
        _options = options;
        _browser = browser;
    }

    protected override string Command => "Get-BearerToken -Interactive";

    protected override void AddTo(TokenKey.Builder key) => key
        .Add("authorization_endpoint", _options.AuthorizationEndpoint)
        .Add(AuthorizationParameter.RedirectUri, _options.RedirectAddress.Text)
        .Add("pushed", _options.Pushed ? "yes" : "no")
        .Add(AuthorizationParameter.LoginHint, _options.LoginHint)
        .Add(AuthorizationParameter.Prompt, _options.Prompt);

    protected override async Task<TokenResult> LogInAsync(IUserPrompt prompt, IEventSink events, CancellationToken cancel)
    {
        var metadata = await Client.MetadataAsync(events, cancel).ConfigureAwait(false);
        var endpoint = Endpoint(metadata);
        var tokenEndpoint = Client.Connect(metadata);
        AuthorizationAttempt attempt;
        Secret code;
        using (var listener = Listen(prompt))
        {
            attempt = new AuthorizationAttempt(
                metadata, Client.Authority, listener?.RedirectUri ?? _options.RedirectAddress.Text, IsOpenId);
            var address = await new AuthorizationRequest(Client, _options.Pushed).AddressAsync(
                metadata, endpoint, Parameters(attempt), events, cancel).ConfigureAwait(false);
            code = await new LoginAtBrowser(prompt, _browser, Client.Time).GetCodeAsync(
                attempt, address, listener, cancel).ConfigureAwait(false);
        }

        // Sent once only: a code that is used twice is revoked together with its tokens (RFC 6749 section 4.1.2).
        var response = await tokenEndpoint.RequestAsync(Redemption(attempt, code), events, cancel).ConfigureAwait(false);
        var account = await new IdTokens(Client, IsOpenId).AccountAsync(
            metadata, response, attempt.Nonce, events, cancel).ConfigureAwait(false);
        return new TokenResult(response.ToToken(Metadata with { Account = account }), response.RefreshToken);
    }

    private IEnumerable<KeyValuePair<string, string>> Parameters(AuthorizationAttempt attempt)
    {
        foreach (var parameter in attempt.Parameters()) yield return parameter;
        foreach (var parameter in Scope.ToParameters()) yield return parameter;
        if (_options.LoginHint is { } hint) yield return new(AuthorizationParameter.LoginHint, hint);
        if (_options.Prompt is { } prompt) yield return new(AuthorizationParameter.Prompt, prompt);
    }

    private IEnumerable<KeyValuePair<string, string>> Redemption(AuthorizationAttempt attempt, Secret code) =>
    [
        new(Parameter.GrantType, OAuthConstants.Grant.AuthorizationCode),
        new(AuthorizationParameter.Code, code.Reveal()),
        new(AuthorizationParameter.RedirectUri, attempt.RedirectUri),
        new(AuthorizationParameter.CodeVerifier, attempt.Verifier.Reveal()),
        .. Scope.Resources.Select(resource => new KeyValuePair<string, string>(Parameter.Resource, resource)),
    ];

    private Uri Endpoint(AuthorityMetadata? metadata)
    {
        if (metadata?.CodeChallengeMethods?.Contains(AuthorizationParameter.Sha256Challenge, StringComparer.Ordinal) == false)
            throw Unusable("PkceUnsupported", BearerErrorKind.Security,
                $"The authority {Metadata.Authority} does not support PKCE with S256 (RFC 7636).",
                "Ask its operator to enable it; sign-in without PKCE is not supported.");
        var endpoint = _options.AuthorizationEndpoint ?? metadata?.AuthorizationEndpoint
            ?? throw Unusable("AuthorizationEndpointMissing", BearerErrorKind.InvalidArgument,
                $"The authorization endpoint of {Metadata.Authority} is not known.", "Pass its address with -AuthorizationEndpoint.");
        var isPlain = AddressParser.TryParse(Client.Authority, out var authority) && !Origin.Of(authority).IsHttps;
        if (isPlain || Origin.Of(endpoint).IsHttps) return endpoint;
        throw Unusable("InsecureEndpoint", BearerErrorKind.Security,
            $"{DisplayName} {OAuthBackchannel.Show(endpoint)} is not https, though {Metadata.Authority} is.", "Use its https address.");
    }

    private LoopbackListener? Listen(IUserPrompt prompt)
    {
        if (_options.RedirectAddress.IsLoopback) return LoopbackListener.Start(_options.RedirectAddress);
        return prompt.HasBrowser ? throw RedirectAddress.NotLoopback(_options.RedirectAddress) : null;
    }

    private static BearerTokenException Unusable(string id, BearerErrorKind kind, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = kind, NextStep = nextStep };
}
