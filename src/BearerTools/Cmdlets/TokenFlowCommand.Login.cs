using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Pipeline;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>Parameters of all flows in which a user logs in.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>Maximum duration of the login in seconds (default: 300 in a browser; with -DeviceCode, the lifetime of the code).</summary>
    [Parameter(ParameterSetName = Flow.Interactive), Parameter(ParameterSetName = Flow.EntraInteractive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.EntraDeviceCode)]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(int), Minimum = 1, Maximum = 86_400)]
    public int LoginTimeoutSec { get; set; }

    /// <summary>Prompts the user of this session, as the command line prefers.</summary>
    private protected IUserPrompt UserPrompt => new HostUserPrompt(Host, OnPipelineAsync)
    {
        HasBrowser = !NoBrowser,
        LoginTimeout = LoginTimeoutSec > 0 ? TimeSpan.FromSeconds(LoginTimeoutSec) : null,
    };
}
