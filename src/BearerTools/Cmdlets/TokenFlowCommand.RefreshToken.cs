using System.Management.Automation;
using System.Security;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Security;

namespace BearerTools.Cmdlets;

/// <summary>A refresh token that the caller already has (RFC 6749 section 6).</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>Refresh token. If the authority replaces it, the replacement is kept and used from then on.</summary>
    [Parameter(ParameterSetName = Flow.RefreshToken, Mandatory = true)]
    [AllowNull, ArgumentCompleter(typeof(NoCompleter))]
    [SecretTransformation("-RefreshTokenFrom env:NAME")]
    public SecureString RefreshToken { get; set; } = null!;

    /// <summary>
    /// Reference to the refresh token, such as env:NAME or vault:NAME. If the authority replaces it, a vault gets the replacement.
    /// </summary>
    [Parameter(ParameterSetName = Flow.RefreshTokenFrom, Mandatory = true)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(SecretReferenceCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string RefreshTokenFrom { get; set; } = string.Empty;

    private RefreshTokenSource ByRefreshToken() => new(CreateClient(), SecretReference.To(Secret.From(RefreshToken)), CreateScope());

    private RefreshTokenSource ByRefreshTokenFrom() => new(CreateClient(), UserReference(RefreshTokenFrom), CreateScope());
}
