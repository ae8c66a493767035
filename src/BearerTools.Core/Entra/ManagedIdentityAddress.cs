using BearerTools.Security;

namespace BearerTools.Entra;

/// <summary>The endpoints by which platforms give identities to what runs on them. Their http never leaves the platform's own wire.</summary>
internal static class ManagedIdentityAddress
{
    /// <summary>Where a platform says that its endpoint is: App Service, Automation and Arc; Cloud Shell and Machine Learning; pods.</summary>
    private static readonly string[] s_variables = [AzureVariables.IdentityEndpoint, AzureVariables.ImdsEndpoint, AzureVariables.MsiEndpoint, AzureVariables.PodIdentityHost];

    /// <summary>All that is said of where it is: another endpoint is another identity.</summary>
    public static string Said => string.Join(' ', s_variables.Select(AzureVariables.Read));

    public static bool Is(Uri address)
    {
        var origin = Origin.Of(address);
        return origin.IsLinkLocal || s_variables.Any(name =>
            Uri.TryCreate(AzureVariables.Read(name), UriKind.Absolute, out var endpoint) && Origin.Of(endpoint) == origin);
    }
}
