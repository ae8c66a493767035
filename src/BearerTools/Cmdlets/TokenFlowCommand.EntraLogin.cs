using System.Management.Automation;
using BearerTools.Entra;
using BearerTools.Grants.Login;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>People at Entra ID: in a browser, with a code, or by the account that they logged in with before.</summary>
public abstract partial class TokenFlowCommand
{
    private const string AccountSet = "Account";

    /// <summary>The user name of somebody who has logged in through Entra ID in this session; nobody is asked.</summary>
    [Parameter(ParameterSetName = AccountSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Account { get; set; } = string.Empty;

    private ITokenSource EntraInteractive()
    {
        RefuseOff(Interactive, nameof(Interactive));
        Refuse(nameof(PushRequest), nameof(AuthorizationEndpoint));
        return BearerSession.Entra.Interactive(PublicClient(ClientId ?? EntraClient.WellKnownId), new EntraLogin
        {
            Redirect = MyInvocation.BoundParameters.ContainsKey(nameof(RedirectUri)) ? RedirectAddress.Parse(RedirectUri) : EntraLogin.DefaultRedirect,
            LoginHint = LoginHint,
            Prompt = Prompt,
        });
    }

    private ITokenSource EntraDeviceCode()
    {
        RefuseOff(DeviceCode, nameof(DeviceCode));
        Refuse(nameof(DeviceAuthorizationEndpoint));
        return BearerSession.Entra.DeviceCode(PublicClient(ClientId ?? throw Conflict(
            "-DeviceCode needs -ClientId: no client is taken by itself here, because device codes are what phishers send in the name of well-known ones.",
            "Give the id of a client of your own.")));
    }

    private ITokenSource KnownAccount() => BearerSession.Entra.Account(PublicClient(ClientId ?? EntraClient.WellKnownId), Account);

    /// <summary>A client that keeps no secret.</summary>
    private EntraClient PublicClient(string id)
    {
        RefuseOfClient();
        return new EntraClient { Authority = EntraAuthority.Of(TenantId ?? EntraAuthority.AnyOrganization, Environment), ClientId = id, Scopes = EntraScopes() };
    }
}
