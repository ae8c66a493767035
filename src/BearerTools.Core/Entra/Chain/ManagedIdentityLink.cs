using BearerTools.Tokens;

namespace BearerTools.Entra.Chain;

/// <summary>What the platform gives this machine.</summary>
internal sealed class ManagedIdentityLink : ChainLink
{
    private readonly ManagedIdentityProbe _probe;
    private readonly ManagedIdentityOptions _identity;

    public ManagedIdentityLink(IEntraSources sources, ChainOptions options, ManagedIdentityProbe probe)
    {
        _probe = probe;
        var id = options.ClientId ?? (EnvironmentLink.IsThere ? null : AzureVariables.Read(AzureVariables.ClientId));
        _identity = new ManagedIdentityOptions { Resource = EntraScope.Resource(options.Scopes), Name = id is null ? IdentityName.None : IdentityName.ClientId, Id = id };
        Source = sources.ManagedIdentity(_identity);
    }

    public override string Name => "Managed identity";

    public override ITokenSource Source { get; }

    public override async ValueTask<string?> AbsenceAsync(TokenRequestContext context, CancellationToken cancel) => await _probe.AbsenceAsync(cancel).ConfigureAwait(false);

    /// <summary>
    /// Every machine in Azure answers; that it has no identity of its own is no failure. One that was named has to be there, and so has one
    /// where a platform says that it gives identities: App Service sets its variables only for apps that have one.
    /// </summary>
    public override string? UnavailableReason(BearerTokenException error) =>
        _identity.Id is null && error.ErrorId == ManagedIdentityErrors.NotAssigned && !ManagedIdentityProbe.IsPlatformNamed ? "this machine has none" : null;
}
