using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>A service that calls another API on behalf of its caller, at Entra ID.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>The token that the user called this service with. The new token is for the same user.</summary>
    [Parameter(ParameterSetName = Flow.OnBehalfOf, Mandatory = true)]
    [AllowNull, AccessTokenTransformation(IsCheckedWhenRun = true)]
    [ArgumentCompleter(typeof(TokenVariableCompleter))]
    public AccessToken OnBehalfOf { get; set; } = null!;

    private ITokenSource ForUser() => BearerSession.Services.Entra.OnBehalfOf(ConfidentialClient(), new TokenReference(OnBehalfOf));
}
