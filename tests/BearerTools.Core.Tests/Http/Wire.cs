using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Composition;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Http.Connecting;
using BearerTools.Http.Pacing;
using BearerTools.Http.Retrying;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Http;

/// <summary>The whole way of a request, from redirects to the socket, with tokens that a test hands out.</summary>
internal sealed class Wire : IDisposable
{
    private readonly BearerServices _services;
    private readonly RequestOptions _options;
    private readonly List<Origin> _allowed = [];
    private readonly HandlerLease _lease;
    private RequestPipeline? _pipeline;

    /// <param name="canRenew">Whether its token can be renewed.</param>
    /// <param name="allowUnencrypted">Whether its token may go over plain http.</param>
    /// <param name="origins">What its token is for.</param>
    /// <param name="key">What its token is bound to.</param>
    /// <param name="connections">How servers are reached.</param>
    /// <param name="messages">What each message says.</param>
    /// <param name="redirects">Which are followed.</param>
    /// <param name="cookies">The session's; nothing without a session.</param>
    /// <param name="retries">What is tried again; by default nothing.</param>
    /// <param name="clock">The clock of all waits.</param>
    /// <param name="takesClaims">Whether a token can be had that has the claims of a challenge.</param>
    public Wire(
        bool canRenew = true, bool allowUnencrypted = false, IEnumerable<Origin>? origins = null, DPoPKey? key = null,
        HandlerOptions? connections = null, SendOptions? messages = null, RedirectRules? redirects = null, CookieContainer? cookies = null,
        RetryPolicy? retries = null, TimeProvider? clock = null, bool takesClaims = false)
    {
        Source = new ScriptedSource(TimeProvider.System) { CanRenew = canRenew, Origins = origins ?? [], ProofKey = key, TakesClaims = takesClaims };
        Tokens = new TokenEntry(Source, TimeProvider.System);
        _services = new BearerServices(clock, () => 0);
        // The pool exists from here on, as it does for a command that has begun.
        _lease = _services.Handlers.Rent(connections ?? HandlerOptions.Default);
        _options = RequestOptions.Default with
        {
            Handlers = connections ?? HandlerOptions.Default,
            // A test's clock stands still, and sockets do not: only a clock that is meant for time-outs counts there.
            Messages = (messages ?? SendOptions.Default) with { Time = messages?.Time ?? TimeProvider.System },
            Redirects = redirects ?? RedirectRules.Default,
            Retries = retries ?? new RetryPolicy { MaxRetries = 0 },
            Cookies = cookies,
            AllowUnencrypted = allowUnencrypted,
        };
    }

    public ScriptedSource Source { get; }

    public TokenEntry Tokens { get; }

    /// <summary>The origins that the connection has.</summary>
    public OriginPolicy Origins => OriginPolicy.Create(null, Source.Origins, _allowed);

    /// <summary>The whole pipeline, which is made with the first request.</summary>
    public IRequestHandler Sender => new FirstOrigin(this);

    /// <summary>Waits between tries as the pipeline's does.</summary>
    public RetryHandler Retries => new(Sender, _options.Retries, _services.Time, _services.Random);

    public OriginPaces Pace => _services.Paces;

    /// <summary>What limits requests to the address with the token of this wire.</summary>
    public PaceLane Lane(Uri address) => Pace.Of(Origin.Of(address)).Lane(Tokens.Valid(EventSink.None)?.Fingerprint ?? string.Empty, TimeSpan.FromMinutes(1));

    public EventLog Log { get; } = new();

    public IReadOnlyList<string> Lines => Log.Lines;

    /// <summary>How many requests the last one took.</summary>
    public int Attempts { get; private set; }

    public static RequestTemplate Get(Uri address) => new() { Method = HttpMethod.Get, Address = address };

    public static RequestTemplate Post(Uri address, RequestBody? body = null) =>
        new() { Method = HttpMethod.Post, Address = address, Body = body ?? new BytesBody("""{"n":1}"""u8.ToArray(), "application/json") };

    /// <summary>Refuses the first requests with a challenge, and accepts those after them.</summary>
    public static RequestDelegate Rejecting(int times, params string[] challenges)
    {
        var seen = 0;
        return http =>
        {
            if (Interlocked.Increment(ref seen) > times) return OddServer.JsonAsync(http, "{}");
            http.Response.Headers.WWWAuthenticate = challenges;
            return OddServer.JsonAsync(http, """{"message":"not you"}""", StatusCodes.Status401Unauthorized);
        };
    }

    public static RequestDelegate Redirecting(Func<string> to, int status = StatusCodes.Status302Found) => http =>
    {
        http.Response.StatusCode = status;
        http.Response.Headers.Location = to();
        return Task.CompletedTask;
    };

    public async Task<ApiResponse> SendAsync(RequestTemplate template, CancellationToken cancel = default)
    {
        var context = new RequestContext(Log, cancel);
        try
        {
            return await Sender.SendAsync(template, context).Soon();
        }
        finally
        {
            Attempts = context.Attempts;
        }
    }

    /// <summary>The error that a command would show.</summary>
    public async Task<BearerRequestException> FailAsync(RequestTemplate template)
    {
        var error = await Record.ExceptionAsync(async () =>
        {
            using var response = await SendAsync(template);
            if (!response.IsSuccess) throw await RequestFailure.FromResponseAsync(response, new RequestContext(EventSink.None, default)).Soon();
        });
        return Assert.IsType<BearerRequestException>(error);
    }

    public Task<BearerRequestException> FailAsync(Uri address) => FailAsync(Get(address));

    public static string AllTextOf(BearerRequestException e) =>
        $"{e} {e.Body} {e.Details} {e.NextStep} {e.Address} {string.Join(' ', e.Headers.Select(h => $"{h.Key}: {string.Join(", ", h.Value)}"))}";

    /// <summary>The token may also go to that origin. Before the first request.</summary>
    public void Allow(Origin origin) => _allowed.Add(origin);

    public void Dispose()
    {
        _pipeline?.Dispose();
        // Closes its connections: a server of a test waits for that.
        _lease.Handler.Dispose();
        _lease.Dispose();
    }

    private IRequestHandler Pipeline(RequestTemplate first) =>
        // As for an address that is typed: where the connection has no origins, the call is for the first one.
        (_pipeline ??= RequestPipeline.Create(_services, new Connection(_services, Tokens, null, Origins), _options, Origins.IsEmpty ? first.Origin : null)).Handler;

    private sealed class FirstOrigin(Wire wire) : IRequestHandler
    {
        public Task<ApiResponse> SendAsync(RequestTemplate template, RequestContext context) => wire.Pipeline(template).SendAsync(template, context);
    }
}
