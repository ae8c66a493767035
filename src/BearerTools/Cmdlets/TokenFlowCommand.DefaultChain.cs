using System.Management.Automation;
using BearerTools.Entra;
using BearerTools.Entra.Chain;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Whichever identity this session has at Entra ID: one command line for a runbook, a pod, a build and a desk.</summary>
public abstract partial class TokenFlowCommand
{
    private const string DefaultChainSet = "DefaultChain";

    /// <summary>
    /// Takes the first that is there of: workload identity, managed identity, a client in environment variables, an account that is kept, and a person at
    /// a browser. One that is there and fails is an error.
    /// </summary>
    [Parameter(ParameterSetName = DefaultChainSet, Mandatory = true)]
    public SwitchParameter DefaultChain { get; set; }

    private DefaultChain DefaultChainSource()
    {
        RefuseOff(DefaultChain, nameof(DefaultChain));
        RefuseOfClient();
        var options = new ChainOptions { Scopes = EntraScopes(), TenantId = TenantId, ClientId = ClientId, Cloud = MyInvocation.BoundParameters.ContainsKey(nameof(Environment)) ? Environment : null };
        EntraScope.MustBeAll(options.Scopes);
        var sources = BearerSession.Entra;
        return new DefaultChain(
            [
                new WorkloadLink(sources, options),
                new ManagedIdentityLink(sources, options, new ManagedIdentityProbe(BearerSession.EntraSockets, BearerSession.Time)),
                new EnvironmentLink(sources, options),
                new AccountLink(sources, options),
                new InteractiveLink(sources, options),
            ],
            options.Scopes);
    }
}
