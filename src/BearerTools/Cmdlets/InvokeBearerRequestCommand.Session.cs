using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Pipeline;
using BearerTools.Profiles;

namespace BearerTools.Cmdlets;

/// <content>Sessions, shared with Invoke-RestMethod.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private RequestSession? _session;

    /// <summary>A session whose headers, cookies, user agent, proxy and certificates are used, and which keeps new ones.</summary>
    [Parameter]
    public PSObject? WebSession { get; set; }

    /// <summary>A variable for a new session, to be given to -WebSession.</summary>
    [Parameter]
    [Alias("SV")]
    public string? SessionVariable { get; set; }

    private RequestSession? OpenSession()
    {
        if (WebSession is not null && SessionVariable is not null) throw Conflict("-WebSession is a session already.", "Leave out -SessionVariable.");
        var session = WebSession is not null ? RequestSession.From(WebSession) : SessionVariable is not null ? RequestSession.Create() : null;
        if (session is null) return null;
        if (SessionVariable is not null) SessionState.PSVariable.Set(SessionVariable, session.Value);

        // What was typed is the session's from now on, as for Invoke-RestMethod; what is made of inputs is theirs.
        if (PSValue.Unwrap(Headers) is IDictionary typed) session.Add(typed);
        if (UserAgent is not null) session.UserAgent = UserAgent;
        var proxy = CreateProxy();
        if ((NoProxy || proxy is not null) && !Equals(session.Proxy, proxy)) session.Proxy = proxy;
        return session;
    }

    /// <summary>What the session says of requests.</summary>
    private RequestSettings SessionSettings() => _session is null ? RequestSettings.None : new RequestSettings
    {
        Headers = _session.Headers,
        UserAgent = _session.UserAgent,
        Proxy = _session.Proxy,
        NoProxy = _session.Proxy is null ? null : false,
    };
}
