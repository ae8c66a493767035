using System.Net.Http.Headers;
using BearerTools.Diagnostics;
using BearerTools.Grants.Keys;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Sends all requests that carry a credential or fetch metadata. Follows no redirects, uses plain http only for loopback
/// addresses, and limits the size (1 MiB) and the time of a response.
/// </summary>
internal sealed class OAuthBackchannel
{
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromSeconds(30);

    private const int MaxResponseBytes = 1 << 20;

    /// <summary>Maximum number of client certificates with cached connections; certificates are rotated.</summary>
    private const int MaxCertificates = 100;

    private static readonly ProductInfoHeaderValue s_userAgent =
        new("BearerTools", typeof(OAuthBackchannel).Assembly.GetName().Version?.ToString(3));

    private readonly HttpMessageInvoker _http;
    private readonly TimeSpan _timeLimit;
    private readonly Func<ClientKey, HttpMessageInvoker>? _connectAs;
    private readonly TransientFaults _faults;
    private readonly BoundedDictionary<string, OAuthBackchannel> _presenting = new(MaxCertificates);

    /// <param name="http">The message invoker, with automatic redirects off and certificate validation on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="timeLimit">The time limit of a request.</param>
    /// <param name="faults">Decides which requests are repeated after a transient fault (default: none).</param>
    /// <param name="connectAs">Creates a message invoker with separate connections that present a key's certificate.</param>
    public OAuthBackchannel(
        HttpMessageInvoker http,
        TimeProvider time,
        TimeSpan? timeLimit = null,
        Func<ClientKey, HttpMessageInvoker>? connectAs = null,
        TransientFaults? faults = null)
    {
        _http = http;
        _faults = faults ?? TransientFaults.NotRetried;
        _connectAs = connectAs;
        Time = time;
        _timeLimit = timeLimit ?? DefaultTimeLimit;
    }

    public TimeProvider Time { get; }

    public RefreshTokenFamilies RefreshTokens { get; private init; } = new();

    /// <summary>The proxy that requests to an address use, for errors; <see langword="null"/> if it is not known.</summary>
    public Func<Uri, UsedProxy?>? ProxyOf { get; init; }

    private BackchannelHeaders? Headers { get; init; }

    /// <summary>
    /// Returns the backchannel for a client that authenticates with a certificate. It uses separate connections, so that
    /// the certificate is not presented elsewhere.
    /// </summary>
    public OAuthBackchannel Presenting(ClientKey? client)
    {
        if (client?.Certificate is not { } certificate) return this;
        if (_presenting.TryGetValue(certificate.Thumbprint, out var known)) return known;
        var presenting = new OAuthBackchannel(_connectAs!(client), Time, _timeLimit, _connectAs, _faults)
        {
            RefreshTokens = RefreshTokens,
            ProxyOf = ProxyOf,
        };
        _presenting.Set(certificate.Thumbprint, presenting);
        return presenting;
    }

    /// <summary>Returns a backchannel that adds headers to each request.</summary>
    public OAuthBackchannel With(BackchannelHeaders? headers) => headers is null
        ? this
        : new OAuthBackchannel(_http, Time, _timeLimit, _connectAs, _faults)
        {
            RefreshTokens = RefreshTokens,
            ProxyOf = ProxyOf,
            Headers = headers,
        };

    /// <summary>Clears the refresh-token families and the cached certificate connections.</summary>
    public void Clear()
    {
        RefreshTokens.Clear();
        _presenting.Clear();
    }

    /// <summary>Formats an address for display, without query and user info, which may contain secrets.</summary>
    public static string Show(Uri address) => PrintableAddress.WithoutQuery(address);

    /// <summary>Gets a document, again after a transient fault.</summary>
    public Task<BackchannelResponse> GetAsync(string name, Uri address, IEventSink events, CancellationToken cancel) =>
        SendAsync(name, () => new HttpRequestMessage(HttpMethod.Get, address), Repetition.Always, events, cancel);

    /// <summary>Sends a request, again after a transient fault if its repetition allows that.</summary>
    /// <param name="name">Names the server at the beginning of messages, such as <c>The token endpoint</c>.</param>
    /// <param name="make">Makes the message of each attempt: proofs and assertions are valid once.</param>
    /// <param name="repetition">When the request may be repeated.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Cancels the request and its waits.</param>
    /// <exception cref="BearerTokenException">There was no usable response.</exception>
    public async Task<BackchannelResponse> SendAsync(
        string name, Func<HttpRequestMessage> make, Repetition repetition, IEventSink events, CancellationToken cancel)
    {
        for (var retries = 0; ; retries++)
        {
            TimeSpan wait;
            string fault;
            using var request = make();
            try
            {
                var response = await SendAsync(name, request, cancel).ConfigureAwait(false);
                if (_faults.WaitAfter(response, repetition, retries) is not { } asked)
                    return response with { Attempts = retries + 1 };
                (wait, fault) = (asked, FormattableString.Invariant($"{response.Sender} responded with status {(int)response.Status}."));
            }
            catch (BearerTokenException e) when (_faults.WaitAfter(e, repetition, retries) is not null)
            {
                (wait, fault) = (_faults.WaitAfter(e, repetition, retries).GetValueOrDefault(), e.Message);
            }

            if (events.IsEnabled(AuthorityRetried.LevelOf(wait))) events.Write(new AuthorityRetried(fault, wait));
            await Task.Delay(wait, Time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Sends a request; <paramref name="name"/> names the server at the beginning of messages, such as <c>The token
    /// endpoint</c>.
    /// </summary>
    private async Task<BackchannelResponse> SendAsync(string name, HttpRequestMessage request, CancellationToken cancel)
    {
        var address = request.RequestUri!;
        CheckAddress(name, address);
        var sender = $"{name} {Show(address)}";
        request.Headers.UserAgent.Add(s_userAgent);
        if (request.Headers.Accept.Count == 0) request.Headers.Accept.ParseAdd("application/json");
        Headers?.AddTo(request.Headers);

        using var limit = new CancellationTokenSource(_timeLimit, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            var sent = await SentSecrets.OfAsync(request, either.Token).ConfigureAwait(false);
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            if ((int)response.StatusCode is >= 300 and < 400) throw BackchannelErrors.Redirect(sender, response);
            var body = await ReadAsync(sender, response.Content, either.Token).ConfigureAwait(false);
            return new BackchannelResponse(
                sender, response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers, body)
            {
                Sent = sent,
            }.ReceivedAt(Time.GetUtcNow());
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw BackchannelErrors.Timeout(sender, _timeLimit);
        }
        catch (Exception e) when (ConnectionFault.IsCause(e))
        {
            // A cancelled request may surface as a broken connection: report it as cancelled.
            cancel.ThrowIfCancellationRequested();
            throw BackchannelErrors.Connection(sender, address, e, ProxyOf?.Invoke(address));
        }
    }

    /// <exception cref="BearerTokenException">Credentials must not be sent to this address.</exception>
    public static void CheckAddress(string name, Uri address)
    {
        if (!address.IsAbsoluteUri || address.UserInfo.Length > 0 || !Origin.TryOf(address, out var origin))
        {
            throw new BearerTokenException(
                $"{name}'s address is not valid: it must be absolute, have no user name, and have a valid host name.")
            {
                ErrorId = "InvalidEndpoint",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Use the form https://host/path.",
            };
        }

        if (origin.IsSafe) return;
        throw new BearerTokenException($"{name} {Show(address)} is not https, so the request was not sent.")
        {
            ErrorId = "InsecureEndpoint",
            Kind = BearerErrorKind.Security,
            NextStep = "Use its https address. Plain http is allowed only for loopback addresses (localhost, 127.0.0.1, [::1]).",
        };
    }

    /// <summary>The error for an address that .NET 8 does not support with its query.</summary>
    public static BearerTokenException TooLong(Uri address) =>
        new($"{Show(address)} with its query is longer than this version of .NET supports.")
        {
            ErrorId = "InvalidEndpoint",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Shorten the parameters that are sent there.",
        };

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(string sender, HttpContent content, CancellationToken cancel)
    {
        var stream = await content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await using var streamScope = stream.ConfigureAwait(false);
        using var body = new MemoryStream();
        var buffer = new byte[8192];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0)
        {
            if (body.Length + read > MaxResponseBytes) throw BackchannelErrors.TooLarge(sender, MaxResponseBytes);
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
