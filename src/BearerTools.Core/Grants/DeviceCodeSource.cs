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

    /// <summary>The last poll is sent this long before the end, so that it arrives in time.</summary>
    private static readonly TimeSpan s_lastPoll = TimeSpan.FromSeconds(1);

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
        var isCodeFirst = !(prompt.LoginTimeout < authorization.ExpiresOn - began);
        var end = isCodeFirst ? authorization.ExpiresOn : began + prompt.LoginTimeout!.Value;

        if (!isCodeFirst && end - began <= new PollingPace(authorization.Interval).Next)
            throw TooShort(end - began, authorization.Interval);

        await prompt.ShowAsync(DevicePrompt.Text(authorization, Metadata, end), cancel).ConfigureAwait(false);
        var granted = await PollAsync(Client.Connect(metadata), authorization, end, events, cancel).ConfigureAwait(false);
        if (granted is null) throw TimedOut(isCodeFirst, end - began);
        var account = await new IdTokens(Client, IsOpenId).AccountAsync(
            metadata, granted, nonce: null, events, cancel).ConfigureAwait(false);
        return new TokenResult(granted.ToToken(Metadata with { Account = account }), granted.RefreshToken);
    }

    /// <summary>Polls until there is a token; returns <see langword="null"/> when the time is up.</summary>
    private async Task<TokenResponse?> PollAsync(
        TokenEndpoint endpoint, DeviceAuthorization authorization, DateTimeOffset end, IEventSink events, CancellationToken cancel)
    {
        var pace = new PollingPace(authorization.Interval);
        var isFirst = true;
        List<KeyValuePair<string, string>> form =
            [new(Parameter.GrantType, OAuthConstants.Grant.DeviceCode), new(Parameter.DeviceCode, authorization.DeviceCode.Reveal())];
        while (true)
        {
            var left = end - Client.Time.GetUtcNow();
            if (left <= TimeSpan.Zero) return null;
            if (WaitBeforePoll(left, pace.Next, isFirst) is not { } wait)
            {
                await Task.Delay(left, Client.Time, cancel).ConfigureAwait(false);
                return null;
            }

            isFirst = false;
            await Task.Delay(wait, Client.Time, cancel).ConfigureAwait(false);
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
            catch (BearerTokenException e)
                when (e.Kind is BearerErrorKind.Timeout or BearerErrorKind.Connection or BearerErrorKind.Server
                    && e.Error != Codes.ExpiredToken)
            {
                pace.BackOff();
                if (events.IsEnabled(EventLevel.Verbose)) events.Write(new DevicePollFailed(e.Message, pace.Next));
            }
        }
    }

    /// <summary>
    /// Returns how long to wait before the next poll, or <see langword="null"/> if no further one is possible. The interval is the
    /// minimum time between two polls (RFC 8628 section 3.2), so the last poll is sent shortly before the end and still sees a
    /// late confirmation.
    /// </summary>
    private static TimeSpan? WaitBeforePoll(TimeSpan left, TimeSpan interval, bool isFirst)
    {
        var untilEnd = left - s_lastPoll;
        if (left <= interval) return isFirst && untilEnd > TimeSpan.Zero ? untilEnd : null;
        return left - interval < interval && untilEnd > interval ? untilEnd : interval;
    }

    private static BearerTokenException TooShort(TimeSpan timeout, TimeSpan interval) =>
        new($"The sign-in cannot finish within {TimeText.Seconds(timeout)} (-LoginTimeoutSec): "
            + $"the authority allows one poll every {TimeText.Seconds(interval)}.")
        {
            ErrorId = "LoginTimeoutTooShort",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Allow more time with -LoginTimeoutSec, or omit it to use the code's own lifetime.",
        };

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
