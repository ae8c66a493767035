using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Entra;
using BearerTools.Entra.Chain;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>The default identity at Entra ID: one command line for a runbook, a pod, a build and a workstation.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>
    /// Uses the first identity that is available: workload identity, managed identity, a client in environment variables, a stored
    /// account, or a login in the browser. If the first available identity fails, that is an error; later ones are not tried.
    /// </summary>
    [Parameter(ParameterSetName = Flow.DefaultChain, Mandatory = true)]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter DefaultChain { get; set; }

    private DefaultChain DefaultChainSource()
    {
        var options = new ChainOptions
        {
            Scopes = EntraScope.Of(CreateScope().Scopes, Resource),
            TenantId = TenantId,
            ClientId = ClientId,
            Cloud = IsTyped(nameof(Environment)) ? Environment : null,
        };
        EntraScope.RequireDefaultScope(options.Scopes);
        var sources = BearerSession.Services.Entra;
        return new DefaultChain(
            [
                new WorkloadLink(sources, options),
                new ManagedIdentityLink(
                    sources, options, new ManagedIdentityProbe(BearerSession.Services.EntraSockets, BearerSession.Services.Time)),
                new EnvironmentLink(sources, options),
                new AccountLink(sources, options),
                new InteractiveLink(sources, options),
            ],
            options.Scopes);
    }
}
