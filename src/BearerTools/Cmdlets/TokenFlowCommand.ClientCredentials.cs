using BearerTools.Grants;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Client credentials (RFC 6749 section 4.4): the flow when nothing else is named.</summary>
public abstract partial class TokenFlowCommand
{
    private protected const string ClientCredentialsSet = "ClientCredentials";

    private ClientCredentialsSource ClientCredentials() => new(BearerSession.Backchannel, BearerSession.Discovery, Client(), Wanted());
}
