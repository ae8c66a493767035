using BearerTools.Diagnostics;
using BearerTools.Entra;
using BearerTools.Security;
using BearerTools.Tokens;
using Microsoft.Identity.Client;
using Microsoft.Identity.Client.AppConfig;

namespace BearerTools.Msal;

/// <summary>Gets a token for the managed identity of the machine; MSAL detects the platform.</summary>
internal sealed class ManagedIdentitySource : EntraSource
{
    private readonly ManagedIdentityOptions _identity;
    private readonly ManagedIdentityId _id;

    /// <summary>
    /// The secret header of App Service's identity endpoint. Held here so that redaction keeps recognising it.
    /// </summary>
    public Secret? Header { get; private set; }

    public ManagedIdentitySource(EntraServices services, ManagedIdentityOptions identity)
        : base(
            services,
            new TokenMetadata
            {
                Flow = "ManagedIdentity",
                Authority = "managed identity",
                ClientId = identity.Name == IdentityName.ClientId ? identity.Id : null,
                Scopes = [identity.Resource],
            })
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

    public override string? NotStorableReason => "it belongs to this machine, which gives it to each process";

    protected override string Requester =>
        _identity.Id is null ? "this machine's system-assigned identity" : $"the identity {ServerText.Clean(_identity.Id, 200)}";

    protected override void AddTo(TokenKey.Builder key) => key
        .Add("resource", _identity.Resource)
        .Add("identity_name", _identity.Name.ToString())
        .Add("identity", _identity.Id)
        .Add("endpoint", ManagedIdentityAddress.Configured);

    protected override async Task<AuthenticationResult> RequestTokenAsync(TokenResult? previous, MsalRequest request,
        CancellationToken cancel)
    {
        Header = (AzureVariables.Read("IDENTITY_HEADER") ?? AzureVariables.Read("MSI_SECRET")) is { } header ? new Secret(header) : null;
        if (request.Context.Events.IsEnabled(EventLevel.Verbose))
            request.Context.Events.Write(new ManagedIdentityRequested(_identity.Id, _identity.Resource));
        var builder = request.ManagedIdentity(_id).AcquireTokenForManagedIdentity(_identity.Resource);
        // MSAL caches managed-identity tokens for the whole process. With claims, it bypasses that cache and reports the
        // cached token as rejected.
        builder = request.Context.Claims is { } claims ? builder.WithClaims(claims) : builder.WithForceRefresh(true);
        return await builder.ExecuteAsync(cancel).ConfigureAwait(false);
    }

    protected override BearerTokenException? Refused(MsalHttp.Refusal refusal) =>
        ManagedIdentityErrors.Read(Requester, refusal.Body, refusal.Status, refusal.RetryAfter);
}
