using BearerTools.Security;

namespace BearerTools.Entra;

/// <summary>The endpoints of managed identities. Their plain http never leaves the platform's own network.</summary>
internal static class ManagedIdentityAddress
{
    /// <summary>
    /// Variables with the platform's endpoint: App Service, Automation and Arc; Cloud Shell and Machine Learning; pods.
    /// </summary>
    private static readonly string[] s_variables = [AzureVariables.IdentityEndpoint, AzureVariables.ImdsEndpoint, AzureVariables.MsiEndpoint, AzureVariables.PodIdentityHost];

    /// <summary>The configured endpoints, for the cache key: another endpoint is another identity.</summary>
    public static string Configured => string.Join(' ', s_variables.Select(AzureVariables.Read));

    public static bool Is(Uri address)
    {
        var origin = Origin.Of(address);
        return origin.IsLinkLocal || s_variables.Any(name =>
            Uri.TryCreate(AzureVariables.Read(name), UriKind.Absolute, out var endpoint) && Origin.Of(endpoint) == origin);
    }
}
