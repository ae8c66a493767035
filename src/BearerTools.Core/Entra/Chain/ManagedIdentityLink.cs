using BearerTools.Tokens;

namespace BearerTools.Entra.Chain;

/// <summary>The managed identity of this machine.</summary>
internal sealed class ManagedIdentityLink : ChainLink
{
    private readonly ManagedIdentityProbe _probe;
    private readonly ManagedIdentityOptions _identity;

    public ManagedIdentityLink(IEntraSources sources, ChainOptions options, ManagedIdentityProbe probe)
    {
        _probe = probe;
        var id = options.ClientId ?? (EnvironmentLink.IsConfigured ? null : AzureVariables.Read(AzureVariables.ClientId));
        _identity = new ManagedIdentityOptions
        {
            Resource = EntraScope.Resource(options.Scopes),
            Name = id is null ? IdentityName.None : IdentityName.ClientId,
            Id = id,
        };
        Source = sources.ManagedIdentity(_identity);
    }

    public override string Name => "Managed identity";

    public override ITokenSource Source { get; }

    public override async ValueTask<string?> UnavailableReasonAsync(TokenRequestContext context, CancellationToken cancel) =>
        await _probe.UnavailableReasonAsync(cancel).ConfigureAwait(false);

    /// <summary>
    /// Every Azure machine responds, so "not assigned" only means absent. An identity named with -ClientId has to exist, and so
    /// has one where a platform is named: App Service sets its variables only for apps with an identity.
    /// </summary>
    public override string? UnavailableReason(BearerTokenException error) =>
        _identity.Id is null && error.ErrorId == ManagedIdentityErrors.NotAssigned && !ManagedIdentityProbe.IsPlatformNamed
            ? "this machine has no managed identity"
            : null;
}
