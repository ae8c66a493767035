using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Entra;
using BearerTools.Grants.Login;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>Logins of Entra users: in a browser, with a device code, or with an account that has logged in before.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>
    /// User name of an account that has logged in through Entra ID in this session. The user does not have to log in again.
    /// </summary>
    [Parameter(ParameterSetName = Flow.Account, Mandatory = true)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(AccountCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string Account { get; set; } = string.Empty;

    private ITokenSource EntraInteractive()
    {
        var login = new EntraLogin
        {
            Redirect = IsTyped(nameof(RedirectUri)) ? RedirectAddress.Parse(RedirectUri) : EntraLogin.DefaultRedirect,
            LoginHint = LoginHint,
            Prompt = Prompt,
        };
        return BearerSession.Services.Entra.Interactive(PublicClient(ClientId ?? EntraClient.WellKnownId), login);
    }

    private ITokenSource EntraDeviceCode() => BearerSession.Services.Entra.DeviceCode(PublicClient(ClientId ?? throw Conflict(
        "-DeviceCode needs -ClientId. It has no default client, because attackers request device codes in the name of well-known clients.",
        "Register a client of your own, and pass its id.")));

    private ITokenSource KnownAccount() => BearerSession.Services.Entra.Account(PublicClient(ClientId ?? EntraClient.WellKnownId), Account);

    /// <summary>An Entra client without a credential of its own.</summary>
    private EntraClient PublicClient(string id) => new()
    {
        Authority = EntraAuthority.Of(TenantId ?? EntraAuthority.AnyOrganization, Environment),
        ClientId = id,
        Scopes = EntraScope.Of(CreateScope().Scopes, Resource),
    };
}
