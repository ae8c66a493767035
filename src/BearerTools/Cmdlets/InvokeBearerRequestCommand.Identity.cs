using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Pipeline;
using BearerTools.Running;
using BearerTools.Security;
using BearerTools.Session;
using BearerTools.Tokens;
using static BearerTools.Pipeline.ParameterErrors;

namespace BearerTools.Cmdlets;

/// <content>The identity that requests are sent with, and their options.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>
    /// Token to send, with its connection: its base address, origins and request settings apply (default: the current connection,
    /// made by Connect-BearerApi).
    /// </summary>
    [Parameter]
    [AccessTokenTransformation, ArgumentCompleter(typeof(TokenVariableCompleter))]
    public AccessToken? Token { get; set; }

    /// <summary>Profile to send the requests with.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string? Profile { get; set; }

    /// <summary>How to authenticate: Bearer, the default; OAuth, which means the same; or Basic, with -Credential.</summary>
    [Parameter]
    [EnumTransformation<WebAuthenticationType>(Otherwise = "For a request without a token, use Invoke-RestMethod.")]
    public WebAuthenticationType Authentication { get; set; }

    /// <summary>
    /// User name and password to send with Basic authentication (RFC 7617) instead of a token, only to the address of this call.
    /// </summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Base address of relative addresses (default: the connection's).</summary>
    [Parameter]
    [RelativeUriTransformation]
    public Uri? BaseUri { get; set; }

    /// <summary>Sends the token over plain http, where anyone on the network can read it.</summary>
    [Parameter]
    public SwitchParameter AllowUnencryptedAuthentication { get; set; }

    /// <summary>Statuses besides 401 with which the API rejects a token that has expired, such as 403, 419 or 498.</summary>
    [Parameter]
    [ValidateNotNull, ValidateRange(400, 599)]
    public int[]? RenewOn { get; set; }

    /// <summary>
    /// The time that the token has to last when a request is sent, as a TimeSpan or in seconds. A token that lasts shorter is renewed
    /// first.
    /// </summary>
    [Parameter]
    [LifetimeTransformation]
    [ArgumentCompleter(typeof(NoCompleter))]
    public TimeSpan? MinimumLifetime { get; set; }

    /// <summary>Explains in plain sentences, on the information stream, why things are done: this token, this wait, this retry.</summary>
    [Parameter]
    public SwitchParameter Explain { get; set; }

    private protected override bool Explains => Explain;

    /// <exception cref="BearerTokenException">Nothing is connected, or there is no such profile.</exception>
    private Connection CreateConnection()
    {
        if (BaseUri is null && IsTyped(nameof(BaseUri)))
            throw Conflict("-BaseUri is $null: the variable was not set.", "Check the variable, or omit -BaseUri to use the connection's.");
        _basic = CreateBasicCredential();
        var basic = _basic?.Connect(BearerSession.Services);
        if (basic is not null && ActiveMocks.Find(this) is { } mocks) basic = mocks.Apply(basic);
        var connection = basic
            ?? ConnectionSelector.Select(this, Token, Profile)
            ?? throw NotConnected.Error(ProfilesForAddress());
        // The origin of -BaseUri is not added to the connection; Grant allows it for this call only.
        return BaseUri is null ? connection : connection with { BaseUri = RequestAddress.Base(BaseUri) };
    }

    private ConnectionChosen ChosenConnection() => new(
        _basic is not null ? ConnectionChoice.Credential
            : Token is not null ? ConnectionChoice.Token
            : Profile is not null ? ConnectionChoice.Profile
            : ConnectionChoice.Connected,
        _connection.Profile,
        _connection.BaseUri);

    /// <exception cref="BearerRequestException">Parameters contradict each other, or the credential is missing.</exception>
    private BasicCredential? CreateBasicCredential()
    {
        var isBasic = Authentication == WebAuthenticationType.Basic;
        if (!isBasic && !IsTyped(nameof(Credential))) return null;
        if (Credential is null)
            throw Conflict(
                "Basic authentication needs a user name and a password.",
                "Add -Credential (Get-Credential), or pass a credential from a vault.");
        if (!isBasic && IsTyped(nameof(Authentication)))
            throw Conflict("-Credential is for -Authentication Basic.", "Use -Authentication Basic, or pass a token with -Token.");
        if (Token is not null || Profile is not null)
            throw Conflict(
                $"-Credential cannot be combined with {(Token is not null ? "-Token" : "-Profile")}: a request has one identity.",
                "Use only one of them.");
        return new BasicCredential(Credential);
    }

    /// <summary>Requests the token of a profile that takes its base address from the token response.</summary>
    private async Task LocateAsync(JobOutput output, CancellationToken cancel) =>
        _connection = await _connection.LocateAsync(new TokenRequestContext { Events = output }, cancel).ConfigureAwait(false);

    /// <exception cref="BearerRequestException">Parameters contradict each other, or a value cannot be used.</exception>
    private RequestOptions CreateOptions(Connection connection)
    {
        CheckRequestLine();
        _session = OpenSession();
        var settings = this.ToSettings(MyInvocation.BoundParameters).Over(SessionSettings()).Over(connection.Settings);
        var options = (RequestOptions.Default with { Messages = CreateSendOptions(), Handlers = CreateHandlerOptions() }).With(settings);
        var type = string.IsNullOrWhiteSpace(ContentType) ? null : ContentType;
        RequestHeaders.Check(options.Messages.UserAgent, type, asIs: SkipHeaderValidation);
        return options with
        {
            Redirects = CreateRedirectRules(),
            Retries = options.Retries with
            {
                Deadline = RequestLimits.Of(DeadlineSeconds),
                // The schedule of a single request, as in Invoke-RestMethod. Of many inputs, those that fail for good would delay the rest.
                RetriesEveryFailure = IsTyped(nameof(MaximumRetryCount)) && IsTyped(nameof(RetryIntervalSec)) && !_isPiped,
            },
            PollingLimit = CreatePollingLimit(),
            Cookies = _session?.Cookies,
            AllowUnencrypted = AllowUnencryptedAuthentication,
            EndsAtRejection = _isPiped,
            MinimumLifetime = MinimumLifetime,
        };
    }

    /// <summary>
    /// The origin that the command line allows for this call only: that of an absolute address given with -Token, or given for a
    /// connection that has no origins of its own.
    /// </summary>
    private Origin? Grant()
    {
        if (Token is null && !_connection.Origins.IsEmpty) return null;
        var namesHost = _uriIsTyped && RequestAddress.NamesHost(Uri.OriginalString, _connection.BaseUri);
        var typed = namesHost ? _factory.TryResolve(Uri) : BaseUri is null ? null : _connection.BaseUri;
        return typed is null ? null : Origin.Of(typed);
    }

    /// <summary>A sentence that names the profiles for a typed absolute address, or <see langword="null"/> if there are none.</summary>
    private string? ProfilesForAddress()
    {
        if (!_uriIsTyped || !Uri.IsAbsoluteUri || !Origin.TryOf(Uri, out var origin)) return null;
        var names = BearerSession.Services.Profiles.For(origin);
        return names.Count == 0 ? null : $"Profiles for that address: {string.Join(", ", names.Take(5))}.";
    }
}
