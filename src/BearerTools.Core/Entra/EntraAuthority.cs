using BearerTools.Security;

namespace BearerTools.Entra;

/// <summary>A tenant at a cloud's sign-in service: where Entra ID is asked, and who is asked there.</summary>
internal sealed record EntraAuthority
{
    public const string AzureCloud = "AzureCloud";
    public const string AzureChinaCloud = "AzureChinaCloud";
    public const string AzureUSGovernment = "AzureUSGovernment";

    /// <summary>The tenant of whoever signs in: their own organization's.</summary>
    public const string AnyOrganization = "organizations";

    /// <summary>The hosts that MSAL's own list of clouds has.</summary>
    private static readonly Dictionary<string, Uri> s_hosts = new(StringComparer.OrdinalIgnoreCase)
    {
        [AzureCloud] = new("https://login.microsoftonline.com"),
        [AzureChinaCloud] = new("https://login.chinacloudapi.cn"),
        [AzureUSGovernment] = new("https://login.microsoftonline.us"),
    };

    /// <summary>Names that stand for whichever tenant a person belongs to. An application always belongs to a certain one.</summary>
    private static readonly HashSet<string> s_shared = new(StringComparer.OrdinalIgnoreCase) { "common", AnyOrganization, "consumers" };

    private EntraAuthority(Uri host, string tenant)
    {
        Tenant = tenant;
        Address = new Uri(host, tenant);
    }

    public string Tenant { get; }

    /// <summary>What people know it by, such as <c>https://login.microsoftonline.com/contoso.com</c>.</summary>
    public Uri Address { get; }

    /// <summary>Whether it names one tenant.</summary>
    public bool IsOneTenant => !s_shared.Contains(Tenant);

    /// <param name="tenant">Its id or one of its domains; for people also <c>organizations</c>, <c>common</c> or <c>consumers</c>.</param>
    /// <param name="cloud">The name of a cloud, as <c>-Environment</c> takes it.</param>
    /// <exception cref="BearerTokenException">It is no name of a tenant.</exception>
    public static EntraAuthority Of(string tenant, string cloud = AzureCloud) => new(s_hosts[cloud], Checked(tenant));

    /// <param name="tenant">As for the other.</param>
    /// <param name="host">The sign-in service itself, as AZURE_AUTHORITY_HOST gives it.</param>
    /// <exception cref="BearerTokenException">It is no name of a tenant, or no https address.</exception>
    public static EntraAuthority At(string tenant, string host)
    {
        if (Uri.TryCreate(host, UriKind.Absolute, out var address) && Origin.TryOf(address, out var origin) && origin.IsHttps) return new(new Uri(address, "/"), Checked(tenant));
        throw new BearerTokenException($"AZURE_AUTHORITY_HOST is '{ServerText.Clean(host, 200)}', which is not an https address.")
        {
            ErrorId = "InvalidEnvironment",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Set it to the address of the cloud's sign-in service, such as https://login.microsoftonline.com/, or unset it.",
        };
    }

    /// <exception cref="BearerTokenException">It stands for whichever tenant a person belongs to.</exception>
    public void MustBeOneTenant()
    {
        if (IsOneTenant) return;
        throw new BearerTokenException($"An application signs in to a certain tenant, and '{Tenant}' names none.")
        {
            ErrorId = "InvalidTenant",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Give the tenant's id or one of its domains with -TenantId.",
        };
    }

    /// <summary>It becomes part of an address: nothing else may be in it.</summary>
    private static string Checked(string tenant) => tenant.Any(char.IsAsciiLetterOrDigit) && tenant.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')
        ? tenant
        : throw new BearerTokenException($"'{ServerText.Clean(tenant, 100)}' is no name of a tenant.")
        {
            ErrorId = "InvalidTenant",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Give the tenant's id, or one of its domains such as contoso.onmicrosoft.com.",
        };
}
