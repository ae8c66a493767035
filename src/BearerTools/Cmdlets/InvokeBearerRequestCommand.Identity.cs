using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Composition;
using BearerTools.Http;
using BearerTools.Pipeline;
using BearerTools.Profiles;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <content>Who the requests go out as, and the options they are sent with.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>
    /// The token to send, with its connection: its base address, origins and request settings apply. By default what
    /// Connect-BearerApi connected here.
    /// </summary>
    [Parameter]
    [AccessTokenTransformation, ArgumentCompleter(typeof(TokenVariableCompleter))]
    public AccessToken? Token { get; set; }

    /// <summary>The profile to send the requests through.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string? Profile { get; set; }

    /// <summary>The base address that relative addresses are joined to (default: the connection's).</summary>
    [Parameter]
    [RelativeUriTransformation]
    public Uri? BaseUri { get; set; }

    /// <summary>Sends the token over plain http, where anyone on the network can read it.</summary>
    [Parameter]
    public SwitchParameter AllowUnencryptedAuthentication { get; set; }

    /// <summary>The client name that servers write to their logs, and without which some refuse a request.</summary>
    private string OwnName
    {
        get
        {
            var engine = (GetVariableValue("PSVersionTable") as IDictionary)?["PSVersion"];
            return $"BearerTools/{typeof(BearerSession).Assembly.GetName().Version?.ToString(3)} PowerShell/{engine}";
        }
    }

    /// <exception cref="BearerTokenException">Nothing is connected, or there is no such profile.</exception>
    private Connection CreateConnection()
    {
        var connection = ConnectionSelector.Select(this, Token, Profile) ?? throw NotConnected.Error(ProfilesForAddress());
        // Its origin is not added: only what was consented to for this call is, by Grant.
        return BaseUri is null ? connection : connection with { BaseUri = RequestAddress.Base(BaseUri) };
    }

    /// <exception cref="BearerRequestException">Parameters contradict each other, or a value cannot be used.</exception>
    private RequestOptions CreateOptions(Connection connection)
    {
        CheckRequestLine();
        _session = OpenSession();
        var settings = this.ToSettings(MyInvocation.BoundParameters).Over(SessionSettings()).Over(connection.Settings);
        var options = (RequestOptions.Default with { Messages = CreateSendOptions(), Handlers = CreateHandlerOptions() }).With(settings);
        RequestHeaders.Check(options.Messages.UserAgent, ContentType, asIs: SkipHeaderValidation);
        return options with
        {
            Redirects = CreateRedirectRules(),
            Retries = options.Retries with { Deadline = RequestLimits.Of(DeadlineSeconds) },
            PollingLimit = CreatePollingLimit(),
            Cookies = _session?.Cookies,
            AllowUnencrypted = AllowUnencryptedAuthentication,
        };
    }

    /// <summary>
    /// The origin that the command line itself adds for this call: that of an address typed beside an explicit token, or typed for a
    /// connection that has no origins of its own. It is recorded nowhere.
    /// </summary>
    private Origin? Grant()
    {
        if (Token is null && !_connection.Origins.IsEmpty) return null;
        var typed = _uriIsTyped && RequestAddress.IsAbsolute(Uri.OriginalString) ? _factory.TryResolve(Uri) : BaseUri is null ? null : _connection.BaseUri;
        return typed is null ? null : Origin.Of(typed);
    }

    /// <summary>A sentence that names the profiles for a typed absolute address; <see langword="null"/> if there are none.</summary>
    private string? ProfilesForAddress()
    {
        if (!_uriIsTyped || !Uri.IsAbsoluteUri || !Origin.TryOf(Uri, out var origin)) return null;
        var names = BearerSession.Services.Profiles.For(origin);
        return names.Count == 0 ? null : $"Profiles for that address: {string.Join(", ", names.Take(5))}.";
    }
}
