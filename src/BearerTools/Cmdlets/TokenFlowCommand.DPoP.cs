using System.Management.Automation;

namespace BearerTools.Cmdlets;

/// <summary>Tokens that are bound to a key of this session, for every OAuth flow.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>
    /// The token is bound to a key of this session (DPoP, RFC 9449), and each request proves the key: a stolen token is then of no use.
    /// An authority that gives a plain bearer token instead is an error. The key ends with the process.
    /// </summary>
    [Parameter]
    public SwitchParameter DPoP { get; set; }
}
