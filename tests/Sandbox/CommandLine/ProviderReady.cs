using BearerTools.Sandbox.Providers;

namespace BearerTools.Sandbox.CommandLine;

/// <summary>What clients of the other providers' stand-ins need: one credential of each kind, the same for all providers.</summary>
internal sealed record ProviderReady(string UserName, string ApiKeyFile, string NetBoxTokenFile, string SecretFile, string KeyFile)
{
    public static ProviderReady Of(ProviderContext providers, PrivateFolder folder) => new(
        ProviderContext.UserName,
        folder.Write("provider-api-key", providers.ApiKey),
        folder.Write("provider-netbox-token", NetBox.SecondVersionOf(providers)),
        folder.Write("provider-secret", providers.ClientSecret),
        folder.Write("provider-key.pem", providers.Key.PrivatePem));
}
