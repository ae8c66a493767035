using System.Management.Automation;
using BearerTools.Entra;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>The identity that Azure gives to the machine this runs on.</summary>
public abstract partial class TokenFlowCommand
{
    private const string ManagedIdentitySet = "ManagedIdentity";

    /// <summary>Takes the identity of this machine: a VM, App Service, Functions, Automation, Azure Arc or Cloud Shell.</summary>
    [Parameter(ParameterSetName = ManagedIdentitySet, Mandatory = true)]
    public SwitchParameter ManagedIdentity { get; set; }

    /// <summary>The Azure resource id of an identity that is assigned to this machine, where -ClientId does not name it.</summary>
    [Parameter(ParameterSetName = ManagedIdentitySet)]
    [ValidateNotNullOrEmpty]
    public string? ResourceId { get; set; }

    /// <summary>The object id of an identity that is assigned to this machine, where -ClientId does not name it.</summary>
    [Parameter(ParameterSetName = ManagedIdentitySet)]
    [ValidateNotNullOrEmpty]
    public string? ObjectId { get; set; }

    private ITokenSource MachineIdentity()
    {
        RefuseOff(ManagedIdentity, nameof(ManagedIdentity));
        RefuseOfClient(nameof(TenantId), nameof(Environment));
        var scopes = EntraScopes();
        if (new[] { ClientId, ResourceId, ObjectId }.Count(id => id is not null) > 1)
            throw Conflict("The identity is named twice.", "Give one of -ClientId, -ResourceId and -ObjectId, or none for the machine's own.");
        return BearerSession.Entra.ManagedIdentity(new ManagedIdentityOptions
        {
            Resource = EntraScope.Resource(scopes),
            Name = ClientId is not null ? IdentityName.ClientId : ResourceId is not null ? IdentityName.ResourceId : ObjectId is not null ? IdentityName.ObjectId : IdentityName.None,
            Id = ClientId ?? ResourceId ?? ObjectId,
        });
    }

    /// <summary>For ways in which no client proves itself by anything that is given.</summary>
    private void RefuseOfClient(params string[] besides) => Refuse(
    [
        nameof(ClientSecret), nameof(SecretFrom), nameof(ClientKey), nameof(ClientKeyPassword), nameof(ClientCertificate), nameof(ClientCertificateThumbprint),
        nameof(ClientAssertion), nameof(ClientAssertionFrom), .. besides,
    ]);
}
