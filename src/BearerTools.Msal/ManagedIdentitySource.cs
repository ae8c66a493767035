using BearerTools.Diagnostics;
using BearerTools.Entra;
using BearerTools.Security;
using BearerTools.Tokens;
using Microsoft.Identity.Client;
using Microsoft.Identity.Client.AppConfig;

namespace BearerTools.Msal;

/// <summary>The identity that the platform gives this machine; MSAL finds out which platform it is.</summary>
internal sealed class ManagedIdentitySource : EntraSource
{
    private readonly ManagedIdentityOptions _identity;
    private readonly ManagedIdentityId _id;

    /// <summary>What App Service proves to its endpoint by that the call comes from within: held, so that it stays known to redaction.</summary>
    public Secret? Header { get; private set; }

    public ManagedIdentitySource(EntraServices services, ManagedIdentityOptions identity)
        : base(services, new TokenMetadata { Flow = "ManagedIdentity", Authority = "managed identity", ClientId = identity.Name == IdentityName.ClientId ? identity.Id : null, Scopes = [identity.Resource] })
    {
        _identity = identity;
        _id = identity.Name switch
        {
            IdentityName.ClientId => ManagedIdentityId.WithUserAssignedClientId(identity.Id),
            IdentityName.ResourceId => ManagedIdentityId.WithUserAssignedResourceId(identity.Id),
            IdentityName.ObjectId => ManagedIdentityId.WithUserAssignedObjectId(identity.Id),
            _ => ManagedIdentityId.SystemAssigned,
        };
    }

    public override bool CanRenew => true;

    protected override string Asker => _identity.Id is null ? "this machine's own identity" : $"the identity {ServerText.Clean(_identity.Id, 200)}";

    protected override void AddTo(TokenKey.Builder key) => key
        .Add("resource", _identity.Resource)
        .Add("identity_name", _identity.Name.ToString())
        .Add("identity", _identity.Id)
        .Add("endpoint", ManagedIdentityAddress.Said);

    protected override async Task<AuthenticationResult> AskAsync(TokenResult? previous, MsalRequest request, CancellationToken cancel)
    {
        Header = (AzureVariables.Read("IDENTITY_HEADER") ?? AzureVariables.Read("MSI_SECRET")) is { } header ? new Secret(header) : null;
        if (request.Context.Events.IsEnabled(EventLevel.Verbose)) request.Context.Events.Write(new ManagedIdentityRequested(_identity.Id, _identity.Resource));
        var asking = request.ManagedIdentity(_id).AcquireTokenForManagedIdentity(_identity.Resource);
        // MSAL keeps tokens of managed identities for the whole process. With claims it leaves that one out by itself, and names it as rejected.
        asking = request.Context.Claims is { } claims ? asking.WithClaims(claims) : asking.WithForceRefresh(true);
        return await asking.ExecuteAsync(cancel).ConfigureAwait(false);
    }

    protected override BearerTokenException? Refused(MsalHttp.Refusal refusal) => ManagedIdentityErrors.Read(Asker, refusal.Body, refusal.Status, refusal.RetryAfter);
}
