using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Entra;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>The identity that Azure gives to the machine or service that this process runs on.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>Uses the managed identity of a VM, App Service, Functions, Automation, Azure Arc or Cloud Shell.</summary>
    [Parameter(ParameterSetName = Flow.ManagedIdentity, Mandatory = true)]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter ManagedIdentity { get; set; }

    /// <summary>Azure resource id of a user-assigned identity, instead of -ClientId.</summary>
    [Parameter(ParameterSetName = Flow.ManagedIdentity)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? ResourceId { get; set; }

    /// <summary>Object id of a user-assigned identity, instead of -ClientId.</summary>
    [Parameter(ParameterSetName = Flow.ManagedIdentity)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? ObjectId { get; set; }

    private ITokenSource MachineIdentity()
    {
        (IdentityName Name, string Parameter, string? Id)[] given =
        [
            .. new[]
            {
                (IdentityName.ClientId, nameof(ClientId), ClientId),
                (IdentityName.ResourceId, nameof(ResourceId), ResourceId),
                (IdentityName.ObjectId, nameof(ObjectId), ObjectId),
            }.Where(name => name.Item3 is not null),
        ];
        if (given.Length > 1)
            throw CannotCombine(given[0].Parameter, given[1].Parameter, "Pass one id, or none for the system-assigned identity.");
        return BearerSession.Services.Entra.ManagedIdentity(new ManagedIdentityOptions
        {
            Resource = EntraScope.Resource(EntraScope.Of(CreateScope().Scopes, Resource)),
            Name = given.Length > 0 ? given[0].Name : IdentityName.None,
            Id = given.Length > 0 ? given[0].Id : null,
        });
    }
}
