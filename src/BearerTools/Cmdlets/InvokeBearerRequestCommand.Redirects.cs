using System.Management.Automation;
using BearerTools.Http;

namespace BearerTools.Cmdlets;

/// <content>Redirects.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>Maximum number of redirects to follow per input (default 50). With 0, a redirect is returned as the response.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaximumRedirection { get; set; } = RedirectRules.DefaultMaxHops;

    /// <summary>Follows a redirect from https to http, without the token.</summary>
    [Parameter]
    public SwitchParameter AllowInsecureRedirect { get; set; }

    /// <summary>Keeps the method and the body where a redirect would change the request to GET.</summary>
    [Parameter]
    public SwitchParameter PreserveHttpMethodOnRedirect { get; set; }

    /// <summary>Keeps the token on a redirect to another origin, if the token is allowed there.</summary>
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
