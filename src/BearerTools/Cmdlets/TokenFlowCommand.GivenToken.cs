using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>A token that the caller already has, or that another program keeps up to date in a file or a variable.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>The token, as a SecureString or an AccessToken.</summary>
    [Parameter(ParameterSetName = Flow.GivenToken, Mandatory = true)]
    [AllowNull, AccessTokenTransformation(IsCheckedWhenRun = true)]
    [ArgumentCompleter(typeof(TokenVariableCompleter))]
    public AccessToken? Token { get; set; }

    /// <summary>
    /// Reference to the token, such as env:NAME or command:PROGRAM. It is read again when the token has expired or was rejected.
    /// </summary>
    [Parameter(ParameterSetName = Flow.GivenTokenFrom, Mandatory = true)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(SecretReferenceCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string TokenFrom { get; set; } = string.Empty;

    /// <summary>Refuses a missing token here and not when it is bound: Connect-BearerApi has to begin to leave nothing connected.</summary>
    private GivenTokenSource GivenToken() => new(
        Token ?? throw Conflict("The token is $null.", "Check that the variable is set and that Get-BearerToken succeeded."),
        BearerSession.Services.Time);

    private GivenTokenSource GivenTokenFrom() => new(UserReference(TokenFrom), BearerSession.Services.Time);
}
