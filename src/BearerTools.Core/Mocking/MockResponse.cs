using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace BearerTools.Mocking;

/// <summary>A response of a mock.</summary>
internal sealed record MockResponse
{
    public static MockResponse Empty { get; } = new();

    public int Status { get; init; } = (int)HttpStatusCode.OK;

    /// <summary>The headers, with those of the body.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The Content-Type, unless the headers have one.</summary>
    public string? MediaType { get; init; }

    /// <summary>Time that passes on the mock's clock before the headers arrive.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The fault that takes the place of a response.</summary>
    public MockFault Fault { get; init; }

    /// <summary>Number of bytes of the body after which the connection breaks, or <see langword="null"/>.</summary>
    public int? BreaksAfter { get; init; }

    /// <summary>True if the status allows a body (RFC 9110 section 6.4.1).</summary>
    public bool MayHaveBody => (HttpStatusCode)Status is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified);

    public HttpResponseMessage ToMessage(HttpRequestMessage request)
    {
        var hasBody = MayHaveBody && request.Method != HttpMethod.Head;
        var response = new HttpResponseMessage((HttpStatusCode)Status) 
        {
            RequestMessage = request,
            Content = new MockContent(hasBody ? Body : default, hasBody ? BreaksAfter : null),
        };
        // The response to HEAD has the headers of the one to GET.
        if (MayHaveBody && !hasBody) response.Content.Headers.ContentLength = Body.Length;
        foreach (var (name, value) in Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value)) response.Content.Headers.TryAddWithoutValidation(name, value);
        }

        if (MediaType is not null && !response.Content.Headers.NonValidated.Contains("Content-Type"))
            response.Content.Headers.TryAddWithoutValidation("Content-Type", MediaType);
        return response;
    }

    /// <summary>The exception that the runtime throws at such a fault.</summary>
    public static Exception ExceptionOf(MockFault fault, Uri address)
    {
        var place = $"({address.IdnHost}:{address.Port})";
        return fault switch
        {
            MockFault.ConnectionRefused => new HttpRequestException(
                HttpRequestError.ConnectionError, $"Connection refused {place}", new SocketException((int)SocketError.ConnectionRefused)),
            MockFault.HostNotFound => new HttpRequestException(
                HttpRequestError.NameResolutionError, $"Name or service not known {place}",
                    new SocketException((int)SocketError.HostNotFound)),
            MockFault.TlsFailure => new HttpRequestException(
                HttpRequestError.SecureConnectionError,
                "The SSL connection could not be established, see inner exception.",
                new AuthenticationException("The TLS handshake failed.")),
            _ => new HttpRequestException(
                HttpRequestError.Unknown,
                "An error occurred while sending the request.",
                new IOException("The connection was reset.", new SocketException((int)SocketError.ConnectionReset))),
        };
    }
}
