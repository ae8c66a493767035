using System.Diagnostics;
using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Entra;
using BearerTools.Grants;
using BearerTools.Http;
using BearerTools.Security;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>
/// One acquisition's way to the network: over the process's own sockets, with an event about each response, and with the last refusal kept, because MSAL does not hand on all of it.
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
        // Never disposed of: the sockets are the process's, and it holds nothing else.
        _client = new HttpClient(this, disposeHandler: false) { Timeout = s_timeLimit, MaxResponseContentBufferSize = MaxResponseBytes };
    }

    /// <summary>The clock for servers that send a date in Retry-After but no Date header.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The last answer that was no success.</summary>
    public Refusal? LastRefusal { get; private set; }

    /// <summary>Where the last request went.</summary>
    public Uri? LastAddress { get; private set; }

    public HttpClient GetHttpClient() => _client;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = LastAddress = request.RequestUri!;
        if (!Origin.Of(address).IsSafe && !ManagedIdentityAddress.Is(address))
        {
            throw new BearerTokenException($"{OAuthBackchannel.Show(address)} is not https, so nothing is sent there.")
            {
                ErrorId = "InsecureEndpoint",
                Kind = BearerErrorKind.Security,
                NextStep = "Give an https address. Plain http is allowed only to this machine, and to the platform's endpoint for managed identities.",
            };
        }

        var isObserved = _events.IsEnabled(EventLevel.Verbose);
        var started = isObserved ? Stopwatch.GetTimestamp() : 0;
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (isObserved) _events.Write(new AuthorityResponded(request.Method, address, (int)response.StatusCode, Stopwatch.GetElapsedTime(started)));
        // Here, and not by the client's own limit: its error cannot be told from the one for headers that are too large.
        var body = await ReadAsync(address, response, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) LastRefusal = new Refusal(address, response.StatusCode, RetryAfter.Delay(response.Headers, Time.GetUtcNow()), body);

        return response;
    }

    /// <summary>Reading into the buffer hears no cancellation by itself, and a body may begin and never end.</summary>
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

    /// <summary>An answer that was no success; without its address when that was another request's.</summary>
    internal sealed record Refusal(Uri? Address, HttpStatusCode Status, TimeSpan? RetryAfter, string Body);
}
