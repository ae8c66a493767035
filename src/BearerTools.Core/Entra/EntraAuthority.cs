using BearerTools.Security;

namespace BearerTools.Entra;

/// <summary>A tenant at a cloud's sign-in service.</summary>
internal sealed record EntraAuthority
{
    public const string AzureCloud = "AzureCloud";
    public const string AzureChinaCloud = "AzureChinaCloud";
    public const string AzureUSGovernment = "AzureUSGovernment";

    /// <summary>The user's own organization.</summary>
    public const string AnyOrganization = "organizations";

    /// <summary>The sign-in hosts of the clouds, as MSAL lists them.</summary>
    private static readonly Dictionary<string, Uri> s_hosts = new(StringComparer.OrdinalIgnoreCase)
    {
        [AzureCloud] = AddressParser.Known("https://login.microsoftonline.com"),
        [AzureChinaCloud] = AddressParser.Known("https://login.chinacloudapi.cn"),
        [AzureUSGovernment] = AddressParser.Known("https://login.microsoftonline.us"),
    };

    /// <summary>
    /// Tenant names that stand for the user's own tenant. An application always belongs to a specific one.
    /// </summary>
    private static readonly HashSet<string> s_shared = new(StringComparer.OrdinalIgnoreCase) { "common", AnyOrganization, "consumers" };

    private EntraAuthority(Uri host, string tenant)
    {
        Tenant = tenant;
        Address = AddressParser.TryResolve(host, tenant, out var address) ? address : throw Invalid(tenant);
    }

    public string Tenant { get; }

    /// <summary>The authority's address, such as <c>https://login.microsoftonline.com/contoso.com</c>.</summary>
    public Uri Address { get; }

    /// <summary>True if the tenant is a specific one.</summary>
    public bool IsSpecificTenant => !s_shared.Contains(Tenant);

    /// <param name="tenant">The tenant's id or one of its domains; for users also <c>organizations</c>, <c>common</c> or
    /// <c>consumers</c>.</param>
    /// <param name="cloud">The cloud's name, as accepted by <c>-Environment</c>.</param>
    /// <exception cref="BearerTokenException">The tenant name is invalid.</exception>
    public static EntraAuthority Of(string tenant, string cloud = AzureCloud) => new(s_hosts[cloud], Checked(tenant));

    /// <param name="tenant">The tenant's id or name.</param>
    /// <param name="host">The sign-in service's address, as in AZURE_AUTHORITY_HOST.</param>
    /// <exception cref="BearerTokenException">The tenant name is invalid, or the host is not an https address.</exception>
    public static EntraAuthority At(string tenant, string host)
    {
        if (AddressParser.TryParse(host, out var address) && Origin.TryOf(address, out var origin) && origin.IsHttps)
            return new(origin.Root, Checked(tenant));
        throw new BearerTokenException($"AZURE_AUTHORITY_HOST is '{ServerText.Clean(host, 200)}', which is not an https address.")
        {
            ErrorId = "InvalidEnvironment",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Set it to the address of the cloud's sign-in service, such as https://login.microsoftonline.com/, or unset it.",
        };
    }

    /// <exception cref="BearerTokenException">The tenant is not a specific one.</exception>
    public void RequireSpecificTenant()
    {
        if (IsSpecificTenant) return;
        throw new BearerTokenException($"An application signs in to a specific tenant; '{Tenant}' is not one.")
        {
            ErrorId = "InvalidTenant",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Pass the tenant's id or one of its domains with -TenantId.",
        };
    }

    /// <summary>
    /// Allows only the characters of ids and domain names, because the tenant becomes part of the address.
    /// </summary>
    private static string Checked(string tenant) =>
        tenant.Any(char.IsAsciiLetterOrDigit) && tenant.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')
        ? tenant
        : throw Invalid(tenant);

    private static BearerTokenException Invalid(string tenant) => new($"'{ServerText.Clean(tenant, 100)}' is not a valid tenant name.")
    {
        ErrorId = "InvalidTenant",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Use the tenant's id or one of its domains, such as contoso.onmicrosoft.com.",
    };
}
