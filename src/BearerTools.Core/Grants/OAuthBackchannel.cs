using System.Net.Http.Headers;
using BearerTools.Grants.Keys;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// The way to authorities: every request that carries a credential or fetches metadata goes through here.
/// It follows no redirects, sends nothing over plain http to another machine, reads at most a mebibyte, and waits a limited time.
/// </summary>
internal sealed class OAuthBackchannel
{
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromSeconds(30);

    private const int MaxResponseBytes = 1 << 20;

    /// <summary>Maximum number of client certificates whose connections are kept; certificates are rotated.</summary>
    private const int MaxCertificates = 100;

    private static readonly ProductInfoHeaderValue s_userAgent =
        new("BearerTools", typeof(OAuthBackchannel).Assembly.GetName().Version?.ToString(3));

    private readonly HttpMessageInvoker _http;
    private readonly TimeSpan _timeLimit;
    private readonly Func<ClientKey, HttpMessageInvoker>? _connectAs;
    private readonly BoundedDictionary<string, OAuthBackchannel> _presenting = new(MaxCertificates);

    /// <param name="http">What sends: its automatic redirects are off and its certificate checks on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="timeLimit">How long an answer may take.</param>
    /// <param name="connectAs">Makes what sends over connections of its own, on which a key's certificate is presented.</param>
    public OAuthBackchannel(HttpMessageInvoker http, TimeProvider time, TimeSpan? timeLimit = null, Func<ClientKey, HttpMessageInvoker>? connectAs = null)
    {
        _http = http;
        _connectAs = connectAs;
        Time = time;
        _timeLimit = timeLimit ?? DefaultTimeLimit;
    }

    public TimeProvider Time { get; }

    public RefreshTokenFamilies RefreshTokens { get; private init; } = new();

    /// <summary>The way for a client whose certificate is its proof: connections of its own, so that the certificate goes nowhere else.</summary>
    public OAuthBackchannel Presenting(ClientKey? client)
    {
        if (client?.Certificate is not { } certificate) return this;
        if (_presenting.TryGetValue(certificate.Thumbprint, out var known)) return known;
        var presenting = new OAuthBackchannel(_connectAs!(client), Time, _timeLimit, _connectAs) { RefreshTokens = RefreshTokens };
        _presenting.Set(certificate.Thumbprint, presenting);
        return presenting;
    }

    /// <summary>Forgets which refresh token has replaced which, and the certificates of clients with their connections.</summary>
    public void Clear()
    {
        RefreshTokens.Clear();
        _presenting.Clear();
    }

    /// <summary>An address as it may be shown: a query or user info may hold a secret.</summary>
    public static string Show(Uri address) => PrintableAddress.WithoutQuery(address);

    public async Task<BackchannelResponse> GetAsync(string who, Uri address, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await SendAsync(who, request, cancel).ConfigureAwait(false);
    }

    /// <summary>Sends; <paramref name="who"/> is the server's part, as the beginning of a sentence: <c>The token endpoint</c>.</summary>
    public async Task<BackchannelResponse> SendAsync(string who, HttpRequestMessage request, CancellationToken cancel)
    {
        var address = request.RequestUri!;
        CheckAddress(who, address);
        var sender = $"{who} {Show(address)}";
        request.Headers.UserAgent.Add(s_userAgent);
        if (request.Headers.Accept.Count == 0) request.Headers.Accept.ParseAdd("application/json");

        using var limit = new CancellationTokenSource(_timeLimit, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            if ((int)response.StatusCode is >= 300 and < 400) throw BackchannelErrors.Redirect(sender, response);
            var body = await ReadAsync(sender, response.Content, either.Token).ConfigureAwait(false);
            return new BackchannelResponse(sender, response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers, body);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw BackchannelErrors.Timeout(sender, _timeLimit);
        }
        catch (Exception e) when (ConnectionFault.IsCause(e))
        {
            // A cancelled request may end as a broken connection: the caller who left is told of leaving.
            cancel.ThrowIfCancellationRequested();
            throw BackchannelErrors.Connection(sender, address, e);
        }
    }

    /// <exception cref="BearerTokenException">Secrets may not travel there.</exception>
    public static void CheckAddress(string who, Uri address)
    {
        if (!address.IsAbsoluteUri || address.UserInfo.Length > 0 || !Origin.TryOf(address, out var origin))
        {
            throw new BearerTokenException($"{who}'s address cannot be used: it has to be absolute, without a user name, and with a host that is a valid name.")
            {
                ErrorId = "InvalidEndpoint",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Give it as https://host/path.",
            };
        }

        if (origin.IsSafe) return;
        throw new BearerTokenException($"{who} {Show(address)} is not https, so nothing is sent there.")
        {
            ErrorId = "InsecureEndpoint",
            Kind = BearerErrorKind.Security,
            NextStep = "Give its https address. Plain http is allowed only to this machine itself (localhost, 127.0.0.1, [::1]).",
        };
    }

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
