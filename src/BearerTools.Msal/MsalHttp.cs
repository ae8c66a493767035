using System.Diagnostics;
using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Entra;
using BearerTools.Grants;
using BearerTools.Security;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>
/// MSAL's HTTP layer for one token request: uses the process's connection pool, writes an event per response, and keeps the
/// last failed response, because MSAL does not expose all of it.
/// </summary>
internal sealed class MsalHttp : DelegatingHandler, IMsalHttpClientFactory
{
    private static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(30);

    private const int MaxResponseBytes = 1 << 20;

    private readonly IEventSink _events;
    private readonly HttpClient _client;

    public MsalHttp(HttpMessageHandler sockets, IEventSink events) : base(sockets)
    {
        _events = events;
        // Never disposed: the connection pool is shared, and the client holds nothing else.
        _client = new HttpClient(this, disposeHandler: false) { Timeout = s_timeLimit, MaxResponseContentBufferSize = MaxResponseBytes };
    }

    /// <summary>The clock for servers that send a date in Retry-After but no Date header.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The last failed response, or <see langword="null"/>.</summary>
    public Refusal? LastRefusal { get; private set; }

    /// <summary>The address of the last request, or <see langword="null"/>.</summary>
    public Uri? LastAddress { get; private set; }

    public HttpClient GetHttpClient() => _client;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = LastAddress = request.RequestUri!;
        if (!Origin.Of(address).IsSafe && !ManagedIdentityAddress.Is(address))
        {
            throw new BearerTokenException($"{OAuthBackchannel.Show(address)} is not https, so the request was not sent.")
            {
                ErrorId = "InsecureEndpoint",
                Kind = BearerErrorKind.Security,
                NextStep = "Pass an https address. Plain http is allowed only for loopback addresses and the platform's managed identity "
                    + "endpoint.",
            };
        }

        var isObserved = _events.IsEnabled(EventLevel.Verbose);
        var started = isObserved ? Stopwatch.GetTimestamp() : 0;
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (isObserved)
            _events.Write(new AuthorityResponded(request.Method, address, (int)response.StatusCode, Stopwatch.GetElapsedTime(started)));
        // The client's own limit is not used: its error is the same as that for headers that are too large.
        var body = await ReadAsync(address, response, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            LastRefusal = new Refusal(address, response.StatusCode, ServerDelay.Delay(response.Headers, Time.GetUtcNow()), body);

        return response;
    }

    /// <summary>LoadIntoBufferAsync cannot be cancelled, and a server may never finish a body.</summary>
    private static async Task<string> ReadAsync(Uri address, HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxResponseBytes).WaitAsync(cancel).ConfigureAwait(false);
            return await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            response.Dispose();
            throw BackchannelErrors.TooLarge(OAuthBackchannel.Show(address), MaxResponseBytes);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A failed response; <paramref name="Address"/> is <see langword="null"/> if MSAL repeated it from an earlier request.
    /// </summary>
    internal sealed record Refusal(Uri? Address, HttpStatusCode Status, TimeSpan? RetryAfter, string Body);
}
