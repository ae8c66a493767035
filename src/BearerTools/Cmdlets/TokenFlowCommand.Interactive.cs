using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>A login in the user's browser: authorization code with PKCE (RFC 6749 section 4.1, RFC 7636, RFC 8252).</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>Opens the browser for a login, and waits until it is finished.</summary>
    [Parameter(ParameterSetName = Flow.Interactive, Mandatory = true)]
    [Parameter(ParameterSetName = Flow.EntraInteractive, Mandatory = true)]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter Interactive { get; set; }

    /// <summary>Shows the login address instead of opening a browser, and asks for the address that the login ends at.</summary>
    [Parameter(ParameterSetName = Flow.Interactive), Parameter(ParameterSetName = Flow.EntraInteractive)]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter NoBrowser { get; set; }

    /// <summary>Redirect URI registered for the client (default: http://127.0.0.1/ with any port; at Entra ID http://localhost).</summary>
    [Parameter(ParameterSetName = Flow.Interactive), Parameter(ParameterSetName = Flow.EntraInteractive)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string RedirectUri { get; set; } = RedirectAddress.Default.Text;

    /// <summary>User name that the authority fills in on its login page.</summary>
    [Parameter(ParameterSetName = Flow.Interactive), Parameter(ParameterSetName = Flow.EntraInteractive)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? LoginHint { get; set; }

    /// <summary>What the authority asks for even if not necessary: the password, consent, or the choice of an account.</summary>
    [Parameter(ParameterSetName = Flow.Interactive), Parameter(ParameterSetName = Flow.EntraInteractive)]
    [ArgumentCompleter(typeof(ListedValueCompleter))]
    [CheckedWhenRun(typeof(string), "login", "consent", "select_account")]
    public string? Prompt { get; set; }

    /// <summary>Sends the request to the authority before the browser opens (RFC 9126). Automatic if the authority requires it.</summary>
    [Parameter(ParameterSetName = Flow.Interactive)]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter PushRequest { get; set; }

    /// <summary>Address of the authorization endpoint, for authorities without metadata.</summary>
    [Parameter(ParameterSetName = Flow.Interactive)]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(Uri))]
    public Uri? AuthorizationEndpoint { get; set; }

    private AuthorizationCodeSource InteractiveLogin() => new(CreateClient(), ScopeOfAddress(), new AuthorizationCodeOptions
    {
        AuthorizationEndpoint = AuthorizationEndpoint,
        RedirectAddress = RedirectAddress.Parse(RedirectUri),
        Pushed = PushRequest,
        LoginHint = LoginHint,
        Prompt = Prompt,
    }, BearerSession.Services.Browser);

    /// <summary>The scope of a request that the browser opens.</summary>
    /// <exception cref="BearerTokenException">A parameter is a secret.</exception>
    private GrantScope ScopeOfAddress()
    {
        var scope = CreateScope();
        return scope.SecretParameters.Count == 0 ? scope : throw Conflict(
            $"-{nameof(AdditionalParameter)} cannot contain a SecureString with -{nameof(Interactive)}: its parameters are a part of the "
                + "address that the browser opens.",
            "Omit it, or pass its text if it is no secret.");
    }
}
