using BearerTools.Diagnostics;
using BearerTools.Grants.Login;
using BearerTools.Tokens;
using Codes = BearerTools.Grants.OAuthConstants.Error;
using Parameter = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>
/// Gets a token for a user who confirms a code in a browser on any device (RFC 8628). The page is never opened here,
/// because that could confirm a request that somebody else started.
/// </summary>
internal sealed class DeviceCodeSource : LoginSource
{
    public const string Flow = "DeviceCode";

    private const string DisplayName = "The device authorization endpoint";

    private readonly Uri? _endpoint;

    /// <param name="client">The client.</param>
    /// <param name="scope">The requested scope.</param>
    /// <param name="endpoint">The device authorization endpoint, for authorities without metadata.</param>
    /// <exception cref="BearerTokenException">The options are invalid.</exception>
    public DeviceCodeSource(OAuthClient client, GrantScope scope, Uri? endpoint = null) : base(Flow, client, scope)
    {
        if (endpoint is not null) OAuthBackchannel.CheckAddress(DisplayName, endpoint);
        _endpoint = endpoint;
    }

    protected override string Command => "Get-BearerToken -DeviceCode";

    protected override void AddTo(TokenKey.Builder key) => key.Add("device_authorization_endpoint", _endpoint);

    protected override async Task<TokenResult> LogInAsync(IUserPrompt prompt, IEventSink events, CancellationToken cancel)
    {
        var metadata = await Client.MetadataAsync(events, cancel).ConfigureAwait(false);
        var address = _endpoint ?? metadata?.DeviceAuthorizationEndpoint ?? throw Unsupported();
        var began = Client.Time.GetUtcNow();
        var response = await Client.Connect(metadata, DisplayName, address)
            .PostAsync(Scope.ToParameters(), events, cancel).ConfigureAwait(false);
        var authorization = DeviceAuthorization.Read(response, began);
        var isCodeFirst = !(prompt.Patience < authorization.ExpiresOn - began);
        var end = isCodeFirst ? authorization.ExpiresOn : began + prompt.Patience!.Value;

        await prompt.ShowAsync(DevicePrompt.Text(authorization, Metadata, end), cancel).ConfigureAwait(false);
        var granted = await PollAsync(Client.Connect(metadata), authorization, end, events, cancel).ConfigureAwait(false);
        if (granted is null) throw TimedOut(isCodeFirst, end - began);
        var account = await new IdTokens(Client, IsOpenId).AccountAsync(metadata, granted, nonce: null, events, cancel).ConfigureAwait(false);
        return new TokenResult(granted.ToToken(Metadata with { Account = account }), granted.RefreshToken);
    }

    /// <summary>Polls until there is a token; returns <see langword="null"/> when the time is up.</summary>
    private async Task<TokenResponse?> PollAsync(
        TokenEndpoint endpoint, DeviceAuthorization authorization, DateTimeOffset end, IEventSink events, CancellationToken cancel)
    {
        var pace = new PollingPace(authorization.Interval);
        List<KeyValuePair<string, string>> form =
            [new(Parameter.GrantType, OAuthConstants.Grant.DeviceCode), new(Parameter.DeviceCode, authorization.DeviceCode.Reveal())];
        while (true)
        {
            var left = end - Client.Time.GetUtcNow();
            if (left <= TimeSpan.Zero) return null;
            if (left <= pace.Next)
            {
                await Task.Delay(left, Client.Time, cancel).ConfigureAwait(false);
                return null;
            }

            await Task.Delay(pace.Next, Client.Time, cancel).ConfigureAwait(false);
            try
            {
                return await endpoint.RequestAsync(form, events, cancel).ConfigureAwait(false);
            }
            catch (BearerTokenException e) when (e.Error == Codes.AuthorizationPending)
            {
                pace.Pending();
            }
            catch (BearerTokenException e) when (e.Error == Codes.SlowDown)
            {
                pace.SlowDown();
                if (events.IsEnabled(EventLevel.Verbose)) events.Write(new DevicePollingSlowed(pace.Next));
            }
            catch (BearerTokenException e) when (e.Kind is BearerErrorKind.Timeout or BearerErrorKind.Connection or BearerErrorKind.Server && e.Error != Codes.ExpiredToken)
            {
                pace.BackOff();
                if (events.IsEnabled(EventLevel.Verbose)) events.Write(new DevicePollFailed(e.Message, pace.Next));
            }
        }
    }

    private BearerTokenException Unsupported() => new($"The metadata of {Metadata.Authority} has no device authorization endpoint.")
    {
        ErrorId = "DeviceCodeUnsupported",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "If the authority has one, pass its address with -DeviceAuthorizationEndpoint; otherwise sign in with -Interactive.",
    };

    private static BearerTokenException TimedOut(bool isCodes, TimeSpan waited) =>
        new(isCodes ? "The code expired before it was confirmed." : $"The code was not confirmed within {TimeText.Seconds(waited)}.")
        {
            ErrorId = isCodes ? "DeviceCodeExpired" : "LoginTimeout",
            Kind = BearerErrorKind.Timeout,
            NextStep = isCodes
                ? "Run the command again to get a new code."
                : "Run the command again, or allow more time with -LoginTimeoutSec.",
        };
}
