namespace BearerTools.Entra;

/// <summary>Environment variables by which Azure's tools and platforms say who a process is.</summary>
internal static class AzureVariables
{
    public const string TenantId = "AZURE_TENANT_ID";
    public const string ClientId = "AZURE_CLIENT_ID";
    public const string ClientSecret = "AZURE_CLIENT_SECRET";
    public const string ClientCertificatePath = "AZURE_CLIENT_CERTIFICATE_PATH";
    public const string ClientCertificatePassword = "AZURE_CLIENT_CERTIFICATE_PASSWORD";
    public const string AuthorityHost = "AZURE_AUTHORITY_HOST";

    /// <summary>Names the file whose content is a pod's assertion, and by that says that this is a pod with an identity.</summary>
    public const string FederatedTokenFile = "AZURE_FEDERATED_TOKEN_FILE";

    /// <summary>Where pods, and tests, have the endpoint that is else at 169.254.169.254.</summary>
    public const string PodIdentityHost = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

    public const string IdentityEndpoint = "IDENTITY_ENDPOINT";
    public const string ImdsEndpoint = "IMDS_ENDPOINT";
    public const string MsiEndpoint = "MSI_ENDPOINT";

    /// <summary>The value; nothing when it is not set, or empty.</summary>
    public static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
