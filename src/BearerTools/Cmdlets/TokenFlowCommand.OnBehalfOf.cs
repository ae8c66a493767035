using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>A service that calls another one for its caller, at Entra ID.</summary>
public abstract partial class TokenFlowCommand
{
    private const string OnBehalfOfSet = "OnBehalfOf";

    /// <summary>The token that the user called this client with; the new one stands for the same user.</summary>
    [Parameter(ParameterSetName = OnBehalfOfSet, Mandatory = true)]
    [AccessTokenTransformation]
    public AccessToken OnBehalfOf { get; set; } = null!;

    private ITokenSource ForUser() => BearerSession.Entra.OnBehalfOf(ProvenClient(), new TokenReference(OnBehalfOf));
}
