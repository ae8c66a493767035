using System.Net;
using static BearerTools.BearerErrorKind;

namespace BearerTools.Entra;

/// <summary>What an error of Entra ID mostly means.</summary>
/// <param name="ErrorId">A stable name.</param>
/// <param name="Kind">What kind of trouble it is.</param>
/// <param name="NextStep">What to do.</param>
internal sealed record EntraErrorAdvice(string ErrorId, BearerErrorKind Kind, string NextStep)
{
    private const string LogInAgain = "Log in again: Update-BearerToken, or Get-BearerToken -Interactive or -DeviceCode with -TenantId.";

    public static EntraErrorAdvice Throttled { get; } = new("Throttled", Server, "Ask less often: one token serves all requests of a session.");

    public static EntraErrorAdvice Unavailable { get; } = new("AuthorityUnavailable", Server, "Try again later; https://status.cloud.microsoft says when it is more than a moment.");

    private static readonly EntraErrorAdvice s_other = new("TokenRequestRejected", Authentication, "Its code, looked up at https://login.microsoftonline.com/error, says more.");
    private static readonly EntraErrorAdvice s_login = new("LoginRequired", Authentication, LogInAgain);
    private static readonly EntraErrorAdvice s_multiFactor = new("MultiFactorRequired", Authentication, $"Entra ID wants a second factor of the person. {LogInAgain}");
    private static readonly EntraErrorAdvice s_policy = new("ConditionalAccess", Permission, "A Conditional Access policy forbids it from here: use a device, network or client that it allows, or ask the tenant's administrator.");
    private static readonly EntraErrorAdvice s_device = new("ConditionalAccess", Permission, "A Conditional Access policy wants a registered or compliant device: log in with -Interactive on such a one, or ask the tenant's administrator.");
    private static readonly EntraErrorAdvice s_consent = new("ConsentRequired", Permission, "Nobody has consented to what is asked for: log in once with -Interactive -Prompt consent, or have an administrator grant it to the client.");
    private static readonly EntraErrorAdvice s_federation = new("FederatedCredentialMismatch", Authentication, "No federated credential of the client matches the assertion: its issuer, subject and audience must be those in the portal, letter by letter.");
    private static readonly EntraErrorAdvice s_assertion = new("AssertionRefused", Authentication, "Entra ID does not take the user's token: it has to be a valid token for this very client (its aud), of this tenant and not run out.");
    private static readonly EntraErrorAdvice s_tenant = new("TenantNotFound", NotFound, "Check -TenantId for typing errors, and -Environment: national clouds have tenants of their own.");
    private static readonly EntraErrorAdvice s_resource = new("ResourceNotFound", NotFound, "Check the spelling of -Resource or -Scope, and whether that API exists in this tenant: its application may have to be added first.");
    private static readonly EntraErrorAdvice s_scope = new("InvalidScope", InvalidArgument, "Check -Scope or -Resource: scopes of one API at a time, spelled as it publishes them; applications ask for the API alone with -Resource.");
    private static readonly EntraErrorAdvice s_redirect = new("RedirectNotRegistered", InvalidArgument, "Add http://localhost as a redirect address of the kind 'mobile and desktop applications' to the client, or give a registered one with -RedirectUri.");
    private static readonly EntraErrorAdvice s_expiredCode = new("DeviceCodeExpired", BearerErrorKind.Timeout, "The code was not entered in time: run the command again for a new one.");
    private static readonly EntraErrorAdvice s_declined = new("AccessDenied", Permission, "The person declined: run the command again, and agree.");

    private static readonly Dictionary<string, EntraErrorAdvice> s_codes = new(StringComparer.Ordinal)
    {
        ["AADSTS700016"] = new("ClientNotFound", NotFound, "The tenant has no client of this id: check -ClientId and -TenantId, and that it was added to this tenant."),
        ["AADSTS7000215"] = new("InvalidClientSecret", Authentication, "The secret is not one of this client's: give its value, which the portal shows once, not its id."),
        ["AADSTS7000222"] = new("ClientSecretExpired", Authentication, "The secret has run out: make a new one in the portal under 'Certificates & secrets', or use a certificate."),
        ["AADSTS7000218"] = new("ClientProofMissing", Authentication, "The client has to prove itself: give its secret or certificate; for people at a device allow public client flows in the portal."),
        ["AADSTS700025"] = new("ClientIsPublic", InvalidArgument, "The client is registered as a public one: leave out its secret, certificate or assertion."),
        ["AADSTS700027"] = new("CertificateNotRegistered", Authentication, "The certificate is not one of this client's, or has run out: upload its public part in the portal under 'Certificates & secrets'."),
        ["AADSTS700024"] = new("AssertionNotInTime", Authentication, "The assertion is not valid now: check this machine's clock; one from a file or another issuer has to be renewed there."),
        ["AADSTS700021"] = new("AssertionRefused", Authentication, "The assertion's issuer and subject have to be the client's id."),
        ["AADSTS50027"] = new("AssertionRefused", Authentication, "What was handed over is no JWT, or not a whole one: check what the assertion's place or script gives, and the token of -OnBehalfOf."),
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
        ["AADSTS500014"] = new("ResourceDisabled", Permission, "The API's application is switched off in this tenant: an administrator can enable it."),
        ["AADSTS50001"] = s_resource,
        ["AADSTS70011"] = s_scope,
        ["AADSTS1002012"] = s_scope,
        ["AADSTS28002"] = s_scope,
        ["AADSTS50011"] = s_redirect,
        ["AADSTS500113"] = s_redirect,
        ["AADSTS50013"] = s_assertion,
        ["AADSTS500131"] = s_assertion,
        ["AADSTS500133"] = s_assertion,
        ["AADSTS50020"] = new("UserNotInTenant", NotFound, "The account belongs to another tenant: log in with one of this tenant, or have it invited as a guest."),
        ["AADSTS50034"] = new("UserNotFound", NotFound, "The tenant has no such account: check its name, and -TenantId."),
        ["AADSTS50053"] = new("AccountLocked", Permission, "The account is locked after wrong passwords, or the address is blocked: wait, or ask the tenant's administrator."),
        ["AADSTS50055"] = new("PasswordExpired", Authentication, "The password has run out: change it by logging in with -Interactive."),
        ["AADSTS50057"] = new("AccountDisabled", Permission, "The account is disabled: ask the tenant's administrator."),
        ["AADSTS50105"] = new("NotAssigned", Permission, "The client is for assigned users only: have the account assigned to it in the portal."),
        ["AADSTS50126"] = new("WrongPassword", Authentication, "The name or the password is wrong."),
        ["AADSTS50194"] = new("ClientIsSingleTenant", InvalidArgument, "The client is registered for one tenant: name that with -TenantId instead of common or organizations."),
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

    /// <summary>By the status alone, where that says enough.</summary>
    public static EntraErrorAdvice? OfStatus(HttpStatusCode? status) => status switch
    {
        HttpStatusCode.TooManyRequests => Throttled,
        >= HttpStatusCode.InternalServerError => Unavailable,
        _ => null,
    };

    public static EntraErrorAdvice? Of(string code) => s_codes.GetValueOrDefault(code);

    /// <summary>By the code of OAuth alone, which tells little.</summary>
    public static EntraErrorAdvice OfOAuth(string error) => s_errors.GetValueOrDefault(error) ?? s_other;
}
