using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http;
using BearerTools.Pipeline;
using BearerTools.Profiles;
using static BearerTools.Pipeline.ParameterErrors;

namespace BearerTools.Cmdlets;

/// <content>Web sessions, as in Invoke-RestMethod.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private RequestSession? _session;

    /// <summary>Session whose headers, cookies, user agent, proxy and certificates are used. New cookies are stored in it.</summary>
    [Parameter]
    public PSObject? WebSession { get; set; }

    /// <summary>Name of a variable to store a new session in, for use with -WebSession.</summary>
    [Parameter]
    [Alias("SV")]
    public string? SessionVariable { get; set; }

    private RequestSession? OpenSession()
    {
        if (WebSession is not null && SessionVariable is not null)
            throw Conflict("-SessionVariable cannot be combined with -WebSession.", "Omit -SessionVariable.");
        var session = WebSession is not null ? RequestSession.From(WebSession) : SessionVariable is not null ? RequestSession
            .Create() : null;
        if (session is null) return null;
        // Before it is stored: it would fail again with each use of the session.
        RequestHeaders.Check(UserAgent, contentType: null, asIs: SkipHeaderValidation);
        // Typed headers are stored in the session, as in Invoke-RestMethod; headers made for an input are not.
        if (PSValue.Unwrap(Headers) is IDictionary typed) session.Add(typed);
        if (UserAgent is not null) session.UserAgent = UserAgent;
        var proxy = CreateProxy();
        if ((NoProxy || proxy is not null) && !Equals(session.Proxy, proxy)) session.Proxy = proxy;
        if (SessionVariable is not null) SessionState.PSVariable.Set(SessionVariable, session.Value);
        return session;
    }

    /// <summary>Request settings that come from the session.</summary>
    private RequestSettings SessionSettings() => _session is null ? RequestSettings.None : new RequestSettings
    {
        Headers = _session.Headers,
        UserAgent = _session.UserAgent,
        Proxy = _session.Proxy,
        NoProxy = _session.Proxy is null ? null : false,
    };
}
