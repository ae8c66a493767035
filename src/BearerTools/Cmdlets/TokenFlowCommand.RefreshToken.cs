using System.Management.Automation;
using System.Security;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>A refresh token that the user has from somewhere (RFC 6749 section 6).</summary>
public abstract partial class TokenFlowCommand
{
    private const string RefreshTokenSet = "RefreshToken";
    private const string RefreshTokenFromSet = "RefreshTokenFrom";

    /// <summary>A refresh token; those that replace it are kept and used from then on.</summary>
    [Parameter(ParameterSetName = RefreshTokenSet, Mandatory = true)]
    public SecureString RefreshToken { get; set; } = null!;

    /// <summary>Where the refresh token is: env:NAME or file:PATH.</summary>
    [Parameter(ParameterSetName = RefreshTokenFromSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string RefreshTokenFrom { get; set; } = string.Empty;

    private RefreshTokenSource ByRefreshToken() => new(NewClient(), SecretReference.To(Secret.From(RefreshToken)), Wanted());

    private RefreshTokenSource ByRefreshTokenFrom() => new(NewClient(), PSLocation.Reference(this, RefreshTokenFrom), Wanted());

    private OAuthClient NewClient() => new(BearerSession.Backchannel, BearerSession.Discovery, Client());
}
