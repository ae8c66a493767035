namespace BearerTools.Entra;

/// <summary>Environment variables that Azure's tools and platforms use to configure an identity.</summary>
internal static class AzureVariables
{
    public const string TenantId = "AZURE_TENANT_ID";
    public const string ClientId = "AZURE_CLIENT_ID";
    public const string ClientSecret = "AZURE_CLIENT_SECRET";
    public const string ClientCertificatePath = "AZURE_CLIENT_CERTIFICATE_PATH";
    public const string ClientCertificatePassword = "AZURE_CLIENT_CERTIFICATE_PASSWORD";
    public const string AuthorityHost = "AZURE_AUTHORITY_HOST";

    /// <summary>The path of the file with the pod's assertion. If it is set, the pod has a workload identity.</summary>
    public const string FederatedTokenFile = "AZURE_FEDERATED_TOKEN_FILE";

    /// <summary>Replaces the default identity endpoint at 169.254.169.254.</summary>
    public const string PodIdentityHost = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

    public const string IdentityEndpoint = "IDENTITY_ENDPOINT";
    public const string ImdsEndpoint = "IMDS_ENDPOINT";
    public const string MsiEndpoint = "MSI_ENDPOINT";

    /// <summary>Returns the value, or <see langword="null"/> if the variable is unset or empty.</summary>
    public static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
