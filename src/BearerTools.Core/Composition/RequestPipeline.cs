using BearerTools.Http;
using BearerTools.Http.Connecting;
using BearerTools.Http.Pacing;
using BearerTools.Http.Retrying;
using BearerTools.Http.Tracing;
using BearerTools.Http.Waiting;
using BearerTools.Security;

namespace BearerTools.Composition;

/// <summary>
/// The handlers of a call's requests, from the outermost: polling, redirects, cookies, retries, the token, pacing and the socket. Only this
/// class knows their order. Dispose it after the call: its connections return to the pool, and its limits on the pace of an origin end.
/// </summary>
internal sealed class RequestPipeline : IDisposable
{
    private readonly HandlerLease[] _leases;
    private readonly Lazy<HandlerLease> _closing;
    private readonly CommandPace _pace;

    private RequestPipeline(
        IRequestHandler handler, RetryHandler retries, CommandPace pace, HandlerLease[] leases, Lazy<HandlerLease> closing) =>
        (Handler, Retries, _pace, _leases, _closing) = (handler, retries, pace, leases, closing);

    /// <summary>The outermost handler.</summary>
    public IRequestHandler Handler { get; }

    /// <summary>The retry handler, for bodies that break off after it has returned.</summary>
    public RetryHandler Retries { get; }

    /// <param name="services">The services of the process.</param>
    /// <param name="connection">The connection to send the requests with.</param>
    /// <param name="options">The options of the requests.</param>
    /// <param name="grant">An origin that the user's command line allows for this call only, or <see langword="null"/>.</param>
    public static RequestPipeline Create(BearerServices services, Connection connection, RequestOptions options, Origin? grant = null)
    {
        var handlers = options.Handlers with { ClosesConnections = options.Messages.ClosesConnection };
        var pool = connection.Handlers ?? services.Handlers;
        HandlerLease[] leases = [pool.Rent(handlers), pool.Rent(handlers.CrossOrigin)];
        var closing = new Lazy<HandlerLease>(() => pool.Rent(handlers with { ClosesConnections = true }));
        var pace = new CommandPace(services.Paces, options.Pace, Shared(services, connection, options.Pace));
        var messages = options.Messages with
        {
            Time = options.Messages.Time ?? services.Time,
            Placement = connection.Placement,
            IsMocked = connection.IsMocked || connection.Handlers is not null,
            OnUnixSocket = options.Handlers.UnixSocket is not null,
            ProxyOf = address => HttpHandlerFactory.ProxyOf(handlers, address),
        };
        var tracer = new RequestTracer(services.Trace, services.Time, connection.Profile, connection.BaseUri, options.TraceQuery);
        var socket = new SocketHandler(
            leases[0].Handler, messages, leases[1].Handler, pace, tracer, handlers.ClosesConnections ? null : () => closing.Value.Handler);
        // Traffic on a Unix socket stays on this machine and cannot be read in transit.
        var bearer = new BearerHandler(
            socket, connection, options.AllowUnencrypted || messages.OnUnixSocket, grant, options.RenewOn, options.MinimumLifetime);
        IRequestHandler token = bearer;
        if (options.EndsAtRejection && !options.SkipErrorCheck) token = new RejectionHandler(bearer, services.Time);
        var retries = new RetryHandler(token, options.Retries, services.Time, services.Random);
        IRequestHandler handler = options.Cookies is null ? retries : new CookieHandler(retries, options.Cookies);
        handler = new RedirectHandler(handler, options.Redirects);
        if (options.PollingLimit is { } limit) handler = new PollingHandler(handler, limit, services.Time);
        return new RequestPipeline(handler, retries, pace, leases, closing);
    }

    /// <summary>How other processes are respected: as asked for, or by default as far as they share the login.</summary>
    private static ISharedPace? Shared(BearerServices services, Connection connection, PaceOptions pace)
    {
        if (connection.IsMocked) return null;
        var scope = pace.Scope ?? TokenStores.KindOf(connection.Tokens.Source) switch
        {
            StoreKind.Memory => RateLimitScope.Process,
            StoreKind.Redis => RateLimitScope.Fleet,
            _ => RateLimitScope.Machine,
        };
        return scope switch
        {
            RateLimitScope.Process => null,
            RateLimitScope.Machine => services.MachinePace,
            _ => (connection.Fleet ?? services.Stores.Fleet(null)).Pace,
        };
    }

    public void Dispose()
    {
        foreach (var lease in _leases) lease.Dispose();
        if (_closing.IsValueCreated) _closing.Value.Dispose();
        _pace.Dispose();
    }
}
