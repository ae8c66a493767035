using BearerTools.Security;

namespace BearerTools.Entra;

/// <summary>The endpoints of managed identities. Their plain http never leaves the platform's own network.</summary>
internal static class ManagedIdentityAddress
{
    /// <summary>
    /// Variables with the platform's endpoint: App Service, Automation and Arc; Cloud Shell and Machine Learning; pods.
    /// </summary>
    private static readonly string[] s_variables =
        [AzureVariables.IdentityEndpoint, AzureVariables.ImdsEndpoint, AzureVariables.MsiEndpoint, AzureVariables.PodIdentityHost];

    /// <summary>The configured endpoints, for the cache key: another endpoint is another identity.</summary>
    public static string Configured => string.Join(' ', s_variables.Select(AzureVariables.Read));

    /// <summary>
    /// True if a variable of a platform names an endpoint. The variable for pods does not count: it only contains the address of
    /// IMDS, which is always tried.
    /// </summary>
    public static bool IsNamed => s_variables.Any(name => name != AzureVariables.PodIdentityHost && AzureVariables.Read(name) is not null);

    /// <summary>
    /// True if plain http may go there although it is not this machine. A variable alone does not permit that: the platform's secret
    /// (IDENTITY_HEADER) goes along, and every platform has its endpoint at loopback, at a link-local address, or at https.
    /// </summary>
    public static bool Is(Uri address) => Origin.Of(address).IsLinkLocal;
}
