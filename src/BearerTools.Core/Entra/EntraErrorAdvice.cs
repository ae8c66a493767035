using System.Net;
using static BearerTools.BearerErrorKind;

namespace BearerTools.Entra;

/// <summary>What an Entra ID error usually means and how to fix it.</summary>
/// <param name="ErrorId">The stable error id.</param>
/// <param name="Kind">The kind of error.</param>
/// <param name="NextStep">What to do about it.</param>
internal sealed record EntraErrorAdvice(string ErrorId, BearerErrorKind Kind, string NextStep)
{
    private const string LogInAgain = "Sign in again with Update-BearerToken, or with Get-BearerToken -Interactive or -DeviceCode and "
        + "-TenantId.";

    public static EntraErrorAdvice Throttled { get; } = new("Throttled", Server,
        "Request tokens less often: one token serves all requests of a session.");

    public static EntraErrorAdvice Unavailable { get; } = new("AuthorityUnavailable", Server,
        "Try again later; https://status.cloud.microsoft shows longer outages.");

    private static readonly EntraErrorAdvice s_other = new("TokenRequestRejected", Authentication,
        "Look up its code at https://login.microsoftonline.com/error.");
    private static readonly EntraErrorAdvice s_login = new("LoginRequired", Authentication, LogInAgain);
    private static readonly EntraErrorAdvice s_multiFactor = new("MultiFactorRequired", Authentication,
        $"Entra ID requires multifactor authentication. {LogInAgain}");
    private static readonly EntraErrorAdvice s_policy = new("ConditionalAccess", Permission,
        "A Conditional Access policy blocks this sign-in: use a device, network or client that it allows, or ask the tenant's "
            + "administrator.");
    private static readonly EntraErrorAdvice s_device = new("ConditionalAccess", Permission,
        "A Conditional Access policy requires a registered or compliant device: sign in with -Interactive on one, or ask the tenant's "
            + "administrator.");
    private static readonly EntraErrorAdvice s_consent = new("ConsentRequired", Permission,
        "The requested permissions have no consent: sign in once with -Interactive -Prompt consent, or have an administrator grant them "
            + "to the client.");
    private static readonly EntraErrorAdvice s_federation = new("FederatedCredentialMismatch", Authentication,
        "No federated credential of the client matches the assertion: its issuer, subject and audience must match those in the portal "
            + "exactly.");
    private static readonly EntraErrorAdvice s_assertion = new("AssertionRefused", Authentication,
        "Entra ID rejected the user's token: it must be issued for this client (its aud), by this tenant, and not be expired.");
    private static readonly EntraErrorAdvice s_tenant = new("TenantNotFound", NotFound,
        "Check the spelling of -TenantId, and -Environment: national clouds have their own tenants.");
    private static readonly EntraErrorAdvice s_resource = new(
        "ResourceNotFound", NotFound,
        "Check the spelling of -Resource or -Scope, and whether that API exists in this tenant: its application may have to be added "
        + "first.");
    private static readonly EntraErrorAdvice s_scope = new("InvalidScope", InvalidArgument,
        "Check -Scope or -Resource: request scopes of one API at a time, spelled as it publishes them; applications use -Resource with "
            + "the API alone.");
    private static readonly EntraErrorAdvice s_redirect = new("RedirectNotRegistered", InvalidArgument,
        "Add the redirect URI http://localhost to the client under 'Mobile and desktop applications', or pass a registered one with "
            + "-RedirectUri.");
    private static readonly EntraErrorAdvice s_expiredCode = new("DeviceCodeExpired", BearerErrorKind.Timeout,
        "The code was not entered in time: run the command again to get a new one.");
    private static readonly EntraErrorAdvice s_declined = new("AccessDenied", Permission,
        "The user declined: run the command again and accept.");

    private static readonly Dictionary<string, EntraErrorAdvice> s_codes = new(StringComparer.Ordinal)
    {
        ["AADSTS700016"] = new("ClientNotFound", NotFound,
            "The tenant has no client with this id: check -ClientId and -TenantId, and that the client was added to this tenant."),
        ["AADSTS7000215"] = new("InvalidClientSecret", Authentication,
            "The secret does not belong to this client: use the secret's value, which the portal shows once, not its id."),
        ["AADSTS7000222"] = new("ClientSecretExpired", Authentication,
            "The secret has expired: create a new one in the portal under 'Certificates & secrets', or use a certificate."),
        ["AADSTS7000218"] = new("ClientProofMissing", Authentication,
            "The client must authenticate: pass its secret or certificate; for user sign-in, allow public client flows in the portal."),
        ["AADSTS700025"] = new("ClientIsPublic", InvalidArgument,
            "The client is registered as a public client: omit its secret, certificate or assertion."),
        ["AADSTS700027"] = new("CertificateNotRegistered", Authentication,
            "The certificate does not belong to this client or has expired: upload its public part in the portal under 'Certificates & "
                + "secrets'."),
        ["AADSTS700024"] = new("AssertionNotInTime", Authentication,
            "The assertion is not valid at this time: check this machine's clock; renew an assertion from a file or another issuer at its "
                + "source."),
        ["AADSTS700021"] = new("AssertionRefused", Authentication, "The assertion's issuer and subject must be the client's id."),
        ["AADSTS50027"] = new("AssertionRefused", Authentication,
            "The assertion is not a complete JWT: check the output of the assertion's source or script, and the token passed to "
                + "-OnBehalfOf."),
        ["AADSTS70021"] = s_federation,
        ["AADSTS700211"] = s_federation,
        ["AADSTS700212"] = s_federation,
        ["AADSTS700213"] = s_federation,
        ["AADSTS7002138"] = s_federation,
        ["AADSTS700082"] = s_login,
        ["AADSTS700084"] = s_login,
        ["AADSTS70008"] = s_login,
        ["AADSTS70043"] = s_login,
        ["AADSTS50058"] = s_login,
        ["AADSTS50078"] = s_multiFactor,
        ["AADSTS50132"] = s_login,
        ["AADSTS50133"] = s_login,
        ["AADSTS50173"] = s_login,
        ["AADSTS50072"] = s_multiFactor,
        ["AADSTS50074"] = s_multiFactor,
        ["AADSTS50076"] = s_multiFactor,
        ["AADSTS50079"] = s_multiFactor,
        ["AADSTS50158"] = s_multiFactor,
        ["AADSTS53000"] = s_device,
        ["AADSTS53001"] = s_device,
        ["AADSTS53002"] = s_policy,
        ["AADSTS53003"] = s_policy,
        ["AADSTS530003"] = s_device,
        ["AADSTS65001"] = s_consent,
        ["AADSTS65004"] = s_declined,
        ["AADSTS90094"] = s_consent,
        ["AADSTS90002"] = s_tenant,
        ["AADSTS900023"] = s_tenant,
        ["AADSTS500011"] = s_resource,
        ["AADSTS500014"] = new("ResourceDisabled", Permission,
            "The API's application is disabled in this tenant: an administrator can enable it."),
        ["AADSTS50001"] = s_resource,
        ["AADSTS70011"] = s_scope,
        ["AADSTS1002012"] = s_scope,
        ["AADSTS28002"] = s_scope,
        ["AADSTS50011"] = s_redirect,
        ["AADSTS500113"] = s_redirect,
        ["AADSTS50013"] = s_assertion,
        ["AADSTS500131"] = s_assertion,
        ["AADSTS500133"] = s_assertion,
        ["AADSTS50020"] = new("UserNotInTenant", NotFound,
            "The account belongs to another tenant: sign in with an account of this tenant, or have the account invited as a guest."),
        ["AADSTS50034"] = new("UserNotFound", NotFound, "The tenant has no such account: check the user name and -TenantId."),
        ["AADSTS50053"] = new(
            "AccountLocked", Permission,
            "The account is locked after too many wrong passwords, or this machine's IP address is blocked: wait, or ask the tenant's "
            + "administrator."),
        ["AADSTS50055"] = new("PasswordExpired", Authentication, "The password has expired: sign in with -Interactive to change it."),
        ["AADSTS50057"] = new("AccountDisabled", Permission, "The account is disabled: ask the tenant's administrator."),
        ["AADSTS50105"] = new("NotAssigned", Permission,
            "The client only allows assigned users: have the account assigned to it in the portal."),
        ["AADSTS50126"] = new("WrongPassword", Authentication, "The user name or password is wrong."),
        ["AADSTS50194"] = new("ClientIsSingleTenant", InvalidArgument,
            "The client is registered for one tenant: pass that tenant with -TenantId instead of common or organizations."),
        ["AADSTS70019"] = s_expiredCode,
        ["AADSTS70020"] = s_expiredCode,
        ["AADSTS50196"] = Throttled,
        ["AADSTS90055"] = Throttled,
        ["AADSTS90033"] = Unavailable,
    };

    private static readonly Dictionary<string, EntraErrorAdvice> s_errors = new(StringComparer.Ordinal)
    {
        ["interaction_required"] = s_login,
        ["login_required"] = s_login,
        ["invalid_grant"] = s_login,
        ["consent_required"] = s_consent,
        ["access_denied"] = s_declined,
        ["authorization_declined"] = s_declined,
        ["invalid_scope"] = s_scope,
        ["expired_token"] = s_expiredCode,
        ["temporarily_unavailable"] = Unavailable,
        ["server_error"] = Unavailable,
    };

    /// <summary>Returns advice for a status code, or <see langword="null"/> if the status alone says too little.</summary>
    public static EntraErrorAdvice? OfStatus(HttpStatusCode? status) => status switch
    {
        HttpStatusCode.TooManyRequests => Throttled,
        >= HttpStatusCode.InternalServerError => Unavailable,
        _ => null,
    };

    public static EntraErrorAdvice? Of(string code) => s_codes.GetValueOrDefault(code);

    /// <summary>Returns advice for an OAuth error code, which is less specific than Entra ID's own codes.</summary>
    public static EntraErrorAdvice OfOAuth(string error) => s_errors.GetValueOrDefault(error) ?? s_other;
}
