using BearerTools.Sandbox.Entra;
using BearerTools.Sandbox.Entra.Workloads;

namespace BearerTools.Sandbox.CommandLine;

/// <summary>What clients of the stand-in for Microsoft Entra need. Secrets are named by their files only.</summary>
internal sealed record EntraReady(
    string Proxy,
    string Plain,
    string TrustFile,
    string TenantId,
    string TenantName,
    string ClientId,
    string SecretFile,
    string CertificateFile,
    string FederatedTokenFile,
    string IdentityHeaderFile,
    string ArcKeyFile,
    string JobTokenFile,
    string GitHubAddress,
    string PipelinesAddress,
    string ServiceConnection,
    string UserName,
    string OtherUserName,
    EntraIdentity SystemAssigned,
    EntraIdentity UserAssigned,
    ProviderReady Providers)
{
    public static EntraReady Of(EntraServer server, PrivateFolder folder)
    {
        var (entra, directory) = (server.Context, server.Context.Directory);
        return new EntraReady(
            server.Proxy.AbsoluteUri,
            server.Plain,
            folder.Write("entra-trust.pem", server.CertificatePem),
            directory.TenantId,
            directory.TenantName,
            directory.ClientId,
            folder.Write("entra-secret", directory.ClientSecret),
            folder.Write("entra-certificate.pem", directory.CertificateWithKeyPem),
            folder.Write("federated-token", Federation.Assertion(entra, Federation.Cluster, Federation.Audience)),
            folder.Write("identity-header", entra.IdentityHeader),
            folder.Write("arc.key", entra.ArcKey),
            folder.Write("job-token", entra.JobToken),
            JobTokens.GitHubAddress,
            JobTokens.PipelinesAddress,
            JobTokens.ServiceConnection,
            directory.Ada.Name,
            directory.Ben.Name,
            directory.SystemAssigned,
            directory.UserAssigned,
            ProviderReady.Of(server.Providers, folder));
    }
}
