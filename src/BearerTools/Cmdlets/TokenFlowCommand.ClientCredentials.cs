using BearerTools.Grants;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Client credentials (RFC 6749 section 4.4): the default flow.</summary>
public abstract partial class TokenFlowCommand
{
    private ClientCredentialsSource ClientCredentials() =>
        new(BearerSession.Services.Backchannel, BearerSession.Services.Discovery, CreateClientOptions(), CreateScope());
}
