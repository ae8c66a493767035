using System.Management.Automation;
using BearerTools.Http;

namespace BearerTools.Cmdlets;

/// <content>Where redirects may lead, and what goes along.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>How many redirects are followed for one input; with 0 a redirect is the answer. 50 by default.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaximumRedirection { get; set; } = RedirectRules.DefaultMaxHops;

    /// <summary>Follows a redirect from https to http, without the token.</summary>
    [Parameter]
    public SwitchParameter AllowInsecureRedirect { get; set; }

    /// <summary>Keeps the method, and the body, where a redirect would make it a GET.</summary>
    [Parameter]
    public SwitchParameter PreserveHttpMethodOnRedirect { get; set; }

    /// <summary>Keeps the token on a redirect to another origin that it is for.</summary>
    [Parameter]
    public SwitchParameter PreserveAuthorizationOnRedirect { get; set; }

    private RedirectRules CreateRedirectRules()
    {
        if (IsTyped(nameof(MaximumRedirection)) && _session is not null) _session.MaximumRedirection = MaximumRedirection;
        return new RedirectRules
        {
            MaxHops = _session?.MaximumRedirection ?? MaximumRedirection,
            AllowInsecure = AllowInsecureRedirect,
            PreserveMethod = PreserveHttpMethodOnRedirect,
            PreserveToken = PreserveAuthorizationOnRedirect,
        };
    }
}
