using BearerTools.Http;
using BearerTools.Http.Connecting;
using BearerTools.Http.Pacing;
using BearerTools.Http.Retrying;
using BearerTools.Http.Waiting;
using BearerTools.Security;

namespace BearerTools.Composition;

/// <summary>
/// The handlers that a call's requests go through, from the outermost in: polling, redirects, cookies, retries, the token, pacing
/// and the socket. This is the only place that knows their order. Dispose it when the call is over: its connections go back to
/// the pool, and what it demanded of an origin's pace no longer holds for others.
/// </summary>
internal sealed class RequestPipeline : IDisposable
{
    private readonly HandlerLease[] _leases;
    private readonly CommandPace _pace;

    private RequestPipeline(IRequestHandler handler, RetryHandler retries, CommandPace pace, HandlerLease[] leases) =>
        (Handler, Retries, _pace, _leases) = (handler, retries, pace, leases);

    /// <summary>The outermost handler.</summary>
    public IRequestHandler Handler { get; }

    /// <summary>The handler that retries, for bodies that break off after its work was done.</summary>
    public RetryHandler Retries { get; }

    /// <param name="services">What the process shares.</param>
    /// <param name="connection">Who the requests go out as.</param>
    /// <param name="options">What is decided of them.</param>
    /// <param name="grant">An origin that the user's command line adds for this call alone, or <see langword="null"/>.</param>
    public static RequestPipeline Create(BearerServices services, Connection connection, RequestOptions options, Origin? grant = null)
    {
        HandlerLease[] leases = [services.Handlers.Rent(options.Handlers), services.Handlers.Rent(options.Handlers.CrossOrigin)];
        var pace = new CommandPace(services.Paces, options.Pace);
        var messages = options.Messages with { Time = options.Messages.Time ?? services.Time, OnUnixSocket = options.Handlers.UnixSocket is not null };
        var socket = new SocketHandler(leases[0].Handler, messages, leases[1].Handler, pace);
        // Nothing on the way can read what goes through a socket of this machine.
        var bearer = new BearerHandler(socket, connection, options.AllowUnencrypted || messages.OnUnixSocket, grant);
        var retries = new RetryHandler(bearer, options.Retries, services.Time, services.Random);
        IRequestHandler handler = options.Cookies is null ? retries : new CookieHandler(retries, options.Cookies);
        handler = new RedirectHandler(handler, options.Redirects);
        if (options.PollingLimit is { } limit) handler = new PollingHandler(handler, limit, services.Time);
        return new RequestPipeline(handler, retries, pace, leases);
    }

    public void Dispose()
    {
        foreach (var lease in _leases) lease.Dispose();
        _pace.Dispose();
    }
}
