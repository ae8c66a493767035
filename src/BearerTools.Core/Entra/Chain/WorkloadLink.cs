using BearerTools.Entra.Assertions;
using BearerTools.Tokens;

namespace BearerTools.Entra.Chain;

/// <summary>The workload identity that Kubernetes provides to a pod.</summary>
internal sealed class WorkloadLink : ChainLink
{
    /// <exception cref="BearerTokenException">The identity is only partly configured.</exception>
    public WorkloadLink(IEntraSources sources, ChainOptions options)
    {
        if (AssertionPlace.OfWorkload() is not { } place) return;
        Source = sources.ClientCredentials(new EntraClient
        {
            Authority = options.Authority(
                options.Tenant ?? throw ChainOptions.Missing(AzureVariables.TenantId, AzureVariables.FederatedTokenFile)),
            ClientId = options.ClientId
                ?? place.ClientId
                ?? throw ChainOptions.Missing(AzureVariables.ClientId, AzureVariables.FederatedTokenFile),
            Scopes = options.Scopes,
            Proof = place.Proof,
        });
    }

    public override string Name => "Workload identity";

    public override ITokenSource? Source { get; }

    public override ValueTask<string?> UnavailableReasonAsync(TokenRequestContext context, CancellationToken cancel) =>
        new(Source is null ? $"{AzureVariables.FederatedTokenFile} is not set" : null);
}
