using System.Net;
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
    private readonly HandlerPool _pools = new(TimeProvider.System);
    private readonly HandlerLease[] _leases;

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
        connections ??= HandlerOptions.Default;
        _leases = [_pools.Rent(connections), _pools.Rent(connections.CrossOrigin)];
        Source = new ScriptedSource(TimeProvider.System) { CanRenew = canRenew, Origins = origins ?? [], ProofKey = key, TakesClaims = takesClaims };
        Tokens = new TokenEntry(Source, TimeProvider.System);
        clock ??= TimeProvider.System;
        Pace = new OriginPaces(clock, () => 0);
        var socket = new SocketHandler(_leases[0].HttpHandlerFactory, messages, _leases[1].HttpHandlerFactory, new CommandPace(Pace, new PaceOptions()));
        Retries = new RetryHandler(new BearerHandler(socket, Tokens, allowUnencrypted), retries ?? new RetryPolicy { Most = 0 }, clock, () => 0);
        IRequestHandler sender = cookies is null ? Retries : new CookieHandler(Retries, cookies);
        Sender = new RedirectHandler(sender, redirects ?? RedirectRules.Default);
    }

    public ScriptedSource Source { get; }

    public TokenEntry Tokens { get; }

    public IRequestHandler Sender { get; }

    public RetryHandler Retries { get; }

    public OriginPaces Pace { get; }

    public List<string> Lines { get; } = [];

    /// <summary>How many requests the last one took.</summary>
    public int Attempts { get; private set; }

    public static RequestTemplate Get(Uri address) => new() { Method = HttpMethod.Get, Address = address };

    public static RequestTemplate Post(Uri address, RequestBody? body = null) =>
        new() { Method = HttpMethod.Post, Address = address, Body = body ?? new BytesBody("""{"n":1}"""u8.ToArray(), "application/json") };

    /// <summary>Refuses the first requests with a challenge, and answers those after them.</summary>
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
        var context = new RequestContext(Lines.Add, cancel);
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
            if (!response.IsSuccess) throw await RequestFailure.FromAnswerAsync(response, new RequestContext(null, default)).Soon();
        });
        return Assert.IsType<BearerRequestException>(error);
    }

    public Task<BearerRequestException> FailAsync(Uri address) => FailAsync(Get(address));

    public static string AllTextOf(BearerRequestException e) =>
        $"{e} {e.Body} {e.Details} {e.NextStep} {e.Address} {string.Join(' ', e.Headers.Select(h => $"{h.Key}: {string.Join(", ", h.Value)}"))}";

    public void Dispose()
    {
        foreach (var lease in _leases) lease.HttpHandlerFactory.Dispose();
    }
}
