using System.Management.Automation;
using BearerTools.Grants;
using BearerTools.Pipeline;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>What the ways have in common that need a person.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>How many seconds the login may take; by default 5 minutes in a browser, and with -DeviceCode as long as the code lives.</summary>
    [Parameter(ParameterSetName = InteractiveSet)]
    [Parameter(ParameterSetName = DeviceCodeSet)]
    [ValidateRange(1, 86_400)]
    public int LoginTimeoutSec { get; set; }

    /// <summary>Whoever sits at this session, as the command line describes them.</summary>
    private protected IUserPrompt UserPrompt => new HostUserPrompt(Host, OnPipelineAsync)
    {
        HasBrowser = !NoBrowser,
        Patience = LoginTimeoutSec > 0 ? TimeSpan.FromSeconds(LoginTimeoutSec) : null,
    };

    private OAuthClient LoginClient(SwitchParameter isWanted, string name)
    {
        RefuseOff(isWanted, name);
        return NewClient();
    }

    /// <summary>For switches that stand for a way.</summary>
    private static void RefuseOff(SwitchParameter isWanted, string name)
    {
        if (!isWanted) throw Conflict($"-{name}:$false names no way to a token.", "Leave it out, and say how to get a token.");
    }
}
