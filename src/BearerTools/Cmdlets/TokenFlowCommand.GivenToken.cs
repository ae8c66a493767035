using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>A token that the user has already, or that something else keeps fresh in a file or a variable.</summary>
public abstract partial class TokenFlowCommand
{
    private const string GivenTokenSet = "GivenToken";
    private const string GivenTokenFromSet = "GivenTokenFrom";

    /// <summary>The token: a SecureString or an AccessToken.</summary>
    [Parameter(ParameterSetName = GivenTokenSet, Mandatory = true)]
    [AccessTokenTransformation]
    public AccessToken Token { get; set; } = null!;

    /// <summary>Where the token is: env:NAME or file:PATH. It is read again when it has run out or was rejected.</summary>
    [Parameter(ParameterSetName = GivenTokenFromSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string TokenFrom { get; set; } = string.Empty;

    private GivenTokenSource GivenToken() => new(Token, BearerSession.Time);

    private GivenTokenSource GivenTokenFrom() => new(PSLocation.Reference(this, TokenFrom), BearerSession.Time);
}
