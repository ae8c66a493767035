using BearerTools.Sandbox.Providers;

namespace BearerTools.Sandbox.Entra;

/// <summary>The names under which clients reach the stand-in. Nothing else on the network is reached.</summary>
internal static class EntraHosts
{
    /// <summary>Where a job of GitHub Actions asks for its token.</summary>
    public const string GitHub = "run-actions-1-azure-eastus.actions.githubusercontent.com";

    /// <summary>Where a job of Azure Pipelines asks for its token.</summary>
    public const string AzurePipelines = "dev.azure.com";

    /// <summary>The metadata service of an Azure machine, over plain http.</summary>
    public const string Metadata = "169.254.169.254";

    public static readonly string[] Logins = [.. EntraCloud.All.SelectMany(cloud => cloud.Logins)];

    public static readonly string[] Apis = [.. EntraCloud.All.SelectMany(cloud => cloud.Apis)];

    /// <summary>Every name that its certificate is good for.</summary>
    public static readonly string[] Secure = [.. Logins, .. Apis, GitHub, AzurePipelines, .. ProviderHosts.All];

    public static readonly string[] Plain = ["127.0.0.1", "localhost", Metadata];
}
