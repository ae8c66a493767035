using BearerTools.Grants;

namespace BearerTools.Entra.Assertions;

/// <summary>The source of a client's assertions, with the tenant and client that the source states.</summary>
/// <param name="Proof">Provides the assertions.</param>
/// <param name="TenantId">The tenant, unless -TenantId names another.</param>
/// <param name="ClientId">The client, unless -ClientId names another.</param>
/// <param name="AuthorityHost">The sign-in service of the source's cloud, or <see langword="null"/>.</param>
internal sealed record AssertionPlace(AssertionProof Proof, string? TenantId = null, string? ClientId = null, string? AuthorityHost = null)
{
    private const string GitHub = "github";
    private const string AzurePipelines = "azurepipelines";
    private const string WorkloadIdentity = "workloadidentity";

    /// <summary>The named sources, for completion.</summary>
    public static IReadOnlyList<string> Names { get; } = [GitHub, AzurePipelines, WorkloadIdentity];

    /// <param name="text"><c>github</c>, <c>azurepipelines</c>, <c>workloadidentity</c>, or a reference.</param>
    /// <param name="reference">Reads a reference: <c>file:PATH</c> or <c>env:NAME</c>.</param>
    /// <param name="backchannel">Sends requests to build hosts.</param>
    /// <exception cref="BearerTokenException">The text is none of these, or the source does not exist here.</exception>
    public static AssertionPlace Parse(string text, Func<string, SecretReference> reference, OAuthBackchannel backchannel)
    {
        if (Is(GitHub)) return new(new GitHubAssertion(backchannel));
        if (Is(AzurePipelines))
            return new(
                new AzurePipelinesAssertion(backchannel),
                AzureVariables.Read("AZURESUBSCRIPTION_TENANT_ID"),
                AzureVariables.Read("AZURESUBSCRIPTION_CLIENT_ID"));
        if (Is(WorkloadIdentity)) return OfWorkload() ?? throw NoWorkload();
        if (SecretReference.IsReference(text)) return new(new ReferencedAssertion(reference(text)));
        throw new BearerTokenException("The assertion source is not recognised (the value is not shown because it may be the assertion "
            + "itself).")
        {
            ErrorId = "InvalidAssertionPlace",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = $"Use {GitHub}, {AzurePipelines}, {WorkloadIdentity}, file:PATH or env:NAME.",
        };

        bool Is(string name) => text.Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Returns the workload identity that Kubernetes provides to the pod (https://azure.github.io/azure-workload-identity),
    /// or <see langword="null"/> if there is none.
    /// </summary>
    public static AssertionPlace? OfWorkload() => AzureVariables.Read(AzureVariables.FederatedTokenFile) is { } file
        ? new(
            new ReferencedAssertion(SecretReference.Parse($"file:{file}")),
            AzureVariables.Read(AzureVariables.TenantId),
            AzureVariables.Read(AzureVariables.ClientId),
            AzureVariables.Read(AzureVariables.AuthorityHost))
        : null;

    private static BearerTokenException NoWorkload() => new("No workload identity is available: the environment variable "
        + $"{AzureVariables.FederatedTokenFile} is not set.")
    {
        ErrorId = "InvalidEnvironment",
        Kind = BearerErrorKind.NotFound,
        NextStep = "On Kubernetes, label the pod azure.workload.identity/use: \"true\" and use a service account annotated with the "
            + "client's id.",
    };
}
