using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Entra;

/// <summary>What a tenant knows: one app with its credentials, two users, and the identities of machines. Made at the start.</summary>
internal sealed class EntraDirectory : IDisposable
{
    /// <summary>Clients of Microsoft's that every tenant knows: Azure CLI, Azure PowerShell, Graph PowerShell.</summary>
    private static readonly string[] s_wellKnownClients =
        ["04b07795-8ddb-461a-bbee-02f9e1bf7b46", "1950a258-227b-4e31-a9cf-717495945fc2", "14d82eec-204b-4c2f-b7e8-296a70dab67e"];

    public string TenantId { get; } = Guid.NewGuid().ToString();

    public string TenantName { get; } = "contoso.onmicrosoft.com";

    public string ClientId { get; } = Guid.NewGuid().ToString();

    public string ServicePrincipalId { get; } = Guid.NewGuid().ToString();

    public string ClientSecret { get; } = RandomSecret.Make();

    /// <summary>What the app is registered with; it proves itself by signing with the key of it.</summary>
    public X509Certificate2 Certificate { get; } = MakeCertificate();

    public EntraUser Ada { get; } = new("ada@contoso.example", "Ada");

    public EntraUser Ben { get; } = new("ben@contoso.example", "Ben");

    public EntraIdentity SystemAssigned { get; } = new("/subscriptions/1/resourceGroups/ops/providers/Microsoft.Compute/virtualMachines/one");

    public EntraIdentity UserAssigned { get; } = new("/subscriptions/1/resourceGroups/ops/providers/Microsoft.ManagedIdentity/userAssignedIdentities/robot");

    /// <summary>The certificate with its key, as one PEM file.</summary>
    public string CertificateWithKeyPem => Certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem() + "\n" + Certificate.ExportCertificatePem() + "\n";

    public bool IsTenant(string name) => name is "common" or "organizations" || name == TenantId || name == TenantName;

    public bool IsApp(string client) => client == ClientId;

    public bool IsClient(string client) => IsApp(client) || s_wellKnownClients.Contains(client);

    public EntraUser? UserPrompt(string name) => new[] { Ada, Ben }.FirstOrDefault(prompt => prompt.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The resources that have a service principal in this tenant.</summary>
    public bool IsResource(string resource, EntraCloud cloud) => resource.TrimEnd('/') is var name
        && (cloud.Apis.Contains(name.Replace("https://", "", StringComparison.Ordinal)) || name == "api://" + ClientId || name == ClientId || name == "api://downstream");

    public void Dispose() => Certificate.Dispose();

    private static X509Certificate2 MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var now = DateTimeOffset.UtcNow;
        using var certificate = new CertificateRequest("CN=ops", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return new X509Certificate2(certificate.Export(X509ContentType.Pfx), (string?)null, X509KeyStorageFlags.Exportable);
    }
}
