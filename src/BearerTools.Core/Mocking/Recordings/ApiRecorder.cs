using System.Net.Sockets;
using BearerTools.Http.Bodies;
using BearerTools.Security;

namespace BearerTools.Mocking.Recordings;

/// <summary>Collects the real requests to one origin, and their responses.</summary>
/// <param name="baseUri">The base address of the API.</param>
/// <param name="redaction">Removes secrets, before an entry is kept.</param>
internal sealed class ApiRecorder(Uri baseUri, Redaction redaction)
{
    /// <summary>Headers that differ in each run, or no longer fit the body as it is recorded.</summary>
    private static readonly string[] s_omitted =
        ["Date", "Content-Length", "Transfer-Encoding", "Content-Encoding", "Connection", "Keep-Alive", "Server"];

    /// <summary>True for a header that is not part of a recording.</summary>
    public static bool IsOmitted(string header) => s_omitted.Contains(header, StringComparer.OrdinalIgnoreCase);

    private readonly object _gate = new();
    private readonly List<RecordedEntry?> _entries = [];

    public Origin Origin { get; } = Origin.Of(baseUri);

    public Uri BaseUri => baseUri;

    /// <summary>The recording so far, without requests that are in progress.</summary>
    /// <param name="before">Entries of an earlier recording.</param>
    public Recording ToRecording(IReadOnlyList<RecordedEntry> before)
    {
        lock (_gate) return new Recording(baseUri, redaction, [.. before, .. _entries.OfType<RecordedEntry>()]);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, HttpMessageInvoker network, CancellationToken cancel)
    {
        // The body is read first, because some can be read only once.
        if (message.Content is not null) await message.Content.LoadIntoBufferAsync().ConfigureAwait(false);
        var request = await MockRequest.ReadAsync(message, cancel).ConfigureAwait(false);
        var entry = new RecordedEntry
        {
            Method = request.Method,
            Address = redaction.Redact(request.Address),
            RequestBody = RecordedBody.Of(request.Body, redaction),
        };
        int index;
        lock (_gate)
        {
            index = _entries.Count;
            _entries.Add(null);
        }

        HttpResponseMessage response;
        try
        {
            response = await network.SendAsync(message, cancel).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            Set(index, entry with { Fault = FaultOf(e) });
            throw;
        }

        Decompression.Apply(response);
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .Where(header => !IsOmitted(header.Key))
            .SelectMany(header => header.Value.Select(value => redaction.Redact(KeyValuePair.Create(header.Key, value))));
        entry = entry with { Status = (int)response.StatusCode, Headers = [.. headers] };
        response.Content = new RecordedContent(
            response.Content, (body, isWhole) => Set(index, entry with { Body = RecordedBody.Of(body, redaction), IsCut = !isWhole }));
        return response;
    }

    private void Set(int index, RecordedEntry entry)
    {
        lock (_gate) _entries[index] = entry;
    }

    private static MockFault FaultOf(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => MockFault.HostNotFound,
        HttpRequestError.SecureConnectionError => MockFault.TlsFailure,
        HttpRequestError.ConnectionError when e.GetBaseException() is SocketException => MockFault.ConnectionRefused,
        _ => MockFault.ConnectionReset,
    };
}
