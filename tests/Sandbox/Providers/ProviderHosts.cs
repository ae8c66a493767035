namespace BearerTools.Sandbox.Providers;

/// <summary>The names under which clients reach the stand-ins of well-known providers.</summary>
internal static class ProviderHosts
{
    public const string GitHub = "api.github.com";
    public const string Okta = "contoso.okta.com";
    public const string Keycloak = "keycloak.contoso.com";
    public const string ServiceNow = "contoso.service-now.com";
    public const string Salesforce = "contoso.my.salesforce.com";

    /// <summary>Where users of Salesforce sign in; it does not know the client credentials flow.</summary>
    public const string SalesforceLogin = "login.salesforce.com";

    public const string ZoomTokens = "zoom.us";
    public const string Zoom = "api.zoom.us";
    public const string VCenter = "vcenter.contoso.com";
    public const string NetBox = "netbox.contoso.com";

    public static readonly string[] All = [GitHub, Okta, Keycloak, ServiceNow, Salesforce, SalesforceLogin, ZoomTokens, Zoom, VCenter, NetBox];
}
