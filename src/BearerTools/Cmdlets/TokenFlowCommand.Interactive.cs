using System.Management.Automation;
using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>A login in the person's browser: authorization code with PKCE (RFC 6749 section 4.1, RFC 7636, RFC 8252).</summary>
public abstract partial class TokenFlowCommand
{
    private const string InteractiveSet = "Interactive";

    /// <summary>Opens the browser for a login, and waits until it is finished.</summary>
    [Parameter(ParameterSetName = InteractiveSet, Mandatory = true)]
    public SwitchParameter Interactive { get; set; }

    /// <summary>Shows the address instead of opening a browser, and takes the address that the login ends at.</summary>
    [Parameter(ParameterSetName = InteractiveSet)]
    public SwitchParameter NoBrowser { get; set; }

    /// <summary>The redirect address that is registered with the client; by default http://127.0.0.1/ with any port.</summary>
    [Parameter(ParameterSetName = InteractiveSet)]
    [ValidateNotNullOrEmpty]
    public string RedirectUri { get; set; } = RedirectAddress.Default.Text;

    /// <summary>Who is going to log in, for the authority to fill in.</summary>
    [Parameter(ParameterSetName = InteractiveSet)]
    [ValidateNotNullOrEmpty]
    public string? LoginHint { get; set; }

    /// <summary>What the authority is to ask, though it might not: the password, the consent, or which account.</summary>
    [Parameter(ParameterSetName = InteractiveSet)]
    [ValidateSet("login", "consent", "select_account")]
    public string? Prompt { get; set; }

    /// <summary>Hands the request to the authority before the browser opens (RFC 9126); done anyway where the authority requires it.</summary>
    [Parameter(ParameterSetName = InteractiveSet)]
    public SwitchParameter PushRequest { get; set; }

    /// <summary>The authorization endpoint, for authorities without metadata.</summary>
    [Parameter(ParameterSetName = InteractiveSet)]
    public Uri? AuthorizationEndpoint { get; set; }

    private AuthorizationCodeSource InteractiveLogin() => new(LoginClient(Interactive, nameof(Interactive)), Wanted(), new AuthorizationCodeOptions
    {
        AuthorizationEndpoint = AuthorizationEndpoint,
        RedirectAddress = RedirectAddress.Parse(RedirectUri),
        Pushed = PushRequest,
        LoginHint = LoginHint,
        Prompt = Prompt,
    }, BearerSession.Browser);
}
