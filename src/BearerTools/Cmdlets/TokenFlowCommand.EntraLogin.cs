using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Entra;
using BearerTools.Grants.Login;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>Users at Entra ID: in a browser, with a code, or by an account that logged in before.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>User name of an account that has logged in through Entra ID in this session. The user is not asked again.</summary>
    [Parameter(ParameterSetName = Flow.Account, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(AccountCompleter))]
    public string Account { get; set; } = string.Empty;

    private ITokenSource EntraInteractive()
    {
        var login = new EntraLogin
        {
            Redirect = IsTyped(nameof(RedirectUri)) ? RedirectAddress.Parse(RedirectUri) : EntraLogin.DefaultRedirect,
            LoginHint = LoginHint,
            Prompt = Prompt,
        };
        return BearerSession.Entra.Interactive(PublicClient(ClientId ?? EntraClient.WellKnownId), login);
    }

    private ITokenSource EntraDeviceCode() => BearerSession.Entra.DeviceCode(PublicClient(ClientId ?? throw Conflict(
        "-DeviceCode needs -ClientId. It has no default client, because attackers request device codes in the name of well-known clients.",
        "Give the id of a client of your own.")));

    private ITokenSource KnownAccount() => BearerSession.Entra.Account(PublicClient(ClientId ?? EntraClient.WellKnownId), Account);

    /// <summary>A client that has no credential of its own.</summary>
    private EntraClient PublicClient(string id) => new()
    {
        Authority = EntraAuthority.Of(TenantId ?? EntraAuthority.AnyOrganization, Environment),
        ClientId = id,
        Scopes = EntraScope.Of(CreateScope().Scopes, Resource),
    };
}
