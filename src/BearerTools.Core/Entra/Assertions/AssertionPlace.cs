using BearerTools.Grants;

namespace BearerTools.Entra.Assertions;

/// <summary>Where a client's assertions come from, and whose they are, as far as the place says.</summary>
/// <param name="Proof">Gives them.</param>
/// <param name="TenantId">The tenant, unless another is named.</param>
/// <param name="ClientId">The client, unless another is named.</param>
/// <param name="AuthorityHost">The sign-in service, where the place is in a certain cloud.</param>
internal sealed record AssertionPlace(AssertionProof Proof, string? TenantId = null, string? ClientId = null, string? AuthorityHost = null)
{
    private const string GitHub = "github";
    private const string AzurePipelines = "azurepipelines";
    private const string WorkloadIdentity = "workloadidentity";

    /// <summary>The places that have a name, for those who type one.</summary>
    public static IReadOnlyList<string> Names { get; } = [GitHub, AzurePipelines, WorkloadIdentity];

    /// <param name="text"><c>github</c>, <c>azurepipelines</c>, <c>workloadidentity</c>, or a reference.</param>
    /// <param name="reference">Reads a reference: <c>file:PATH</c> or <c>env:NAME</c>.</param>
    /// <param name="backchannel">The way to hosts of builds.</param>
    /// <exception cref="BearerTokenException">It is none of these, or not there.</exception>
    public static AssertionPlace Parse(string text, Func<string, SecretReference> reference, OAuthBackchannel backchannel)
    {
        if (Is(GitHub)) return new(new GitHubAssertion(backchannel));
        if (Is(AzurePipelines)) return new(new AzurePipelinesAssertion(backchannel), AzureVariables.Read("AZURESUBSCRIPTION_TENANT_ID"), AzureVariables.Read("AZURESUBSCRIPTION_CLIENT_ID"));
        if (Is(WorkloadIdentity)) return OfWorkload() ?? throw NoWorkload();
        if (SecretReference.IsReference(text)) return new(new ReferencedAssertion(reference(text)));
        throw new BearerTokenException("The place of the assertion cannot be read (it is not shown, in case it is the assertion itself).")
        {
            ErrorId = "InvalidAssertionPlace",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = $"Give {GitHub}, {AzurePipelines}, {WorkloadIdentity}, file:PATH or env:NAME.",
        };

        bool Is(string name) => text.Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What Kubernetes hands to a pod whose service account is a client of Entra ID (https://azure.github.io/azure-workload-identity); nothing when this is none.</summary>
    public static AssertionPlace? OfWorkload() => AzureVariables.Read(AzureVariables.FederatedTokenFile) is { } file
        ? new(
            new ReferencedAssertion(SecretReference.Parse($"file:{file}")),
            AzureVariables.Read(AzureVariables.TenantId), AzureVariables.Read(AzureVariables.ClientId), AzureVariables.Read(AzureVariables.AuthorityHost))
        : null;

    private static BearerTokenException NoWorkload() => new($"This is no workload that has an identity: the environment variable {AzureVariables.FederatedTokenFile} is not set.")
    {
        ErrorId = "InvalidEnvironment",
        Kind = BearerErrorKind.NotFound,
        NextStep = "On Kubernetes give the pod the label azure.workload.identity/use: \"true\" and a service account with the client's id.",
    };
}
