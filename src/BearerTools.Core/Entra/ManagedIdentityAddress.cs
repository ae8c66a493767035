using BearerTools.Security;

namespace BearerTools.Entra;

/// <summary>The endpoints by which platforms give identities to what runs on them. Their http never leaves the platform's own wire.</summary>
internal static class ManagedIdentityAddress
{
    /// <summary>Where a platform says that its endpoint is: App Service, Automation and Arc; Cloud Shell and Machine Learning; pods.</summary>
    private static readonly string[] s_variables = [AzureVariables.IdentityEndpoint, AzureVariables.ImdsEndpoint, AzureVariables.MsiEndpoint, AzureVariables.PodIdentityHost];

    /// <summary>All that is said of where it is: another endpoint is another identity.</summary>
    public static string Said => string.Join(' ', s_variables.Select(AzureVariables.Read));

    /// <summary>
    /// True if a variable of a platform names an endpoint. The variable for pods does not count: it only says where IMDS is, which is asked in any case.
    /// </summary>
    public static bool IsNamed => s_variables.Any(name => name != AzureVariables.PodIdentityHost && AzureVariables.Read(name) is not null);

    /// <summary>
    /// True if plain http may go there although it is not this machine. A variable alone does not permit that: the platform's secret
    /// (IDENTITY_HEADER) goes along, and every platform has its endpoint at loopback, at a link-local address, or at https.
    /// </summary>
    public static bool Is(Uri address) => Origin.Of(address).IsLinkLocal;
}
