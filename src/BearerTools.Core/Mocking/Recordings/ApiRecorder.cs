using System.Net.Sockets;
using BearerTools.Http.Bodies;
using BearerTools.Security;

namespace BearerTools.Mocking.Recordings;

/// <summary>Collects the real requests to one origin, and their responses.</summary>
/// <param name="baseUri">The base address of the API.</param>
/// <param name="redaction">Removes secrets, before an entry is kept.</param>
/// <param name="timing">The clock for the times of responses, or <see langword="null"/> to record none.</param>
internal sealed class ApiRecorder(Uri baseUri, Redaction redaction, TimeProvider? timing = null)
{
    /// <summary>Longest body that is recorded. A recording is for people, and is held in memory until it is written.</summary>
    public const int MaxBody = 16 * 1024 * 1024;

    /// <summary>Longest sum of all bodies.</summary>
    public const long MaxBodies = 256 * 1024 * 1024;

    /// <summary>Headers that differ in each run, or no longer fit the body as it is recorded.</summary>
    private static readonly string[] s_omitted =
        ["Date", "Content-Length", "Transfer-Encoding", "Content-Encoding", "Connection", "Keep-Alive", "Server"];

    /// <summary>True for a header that is not part of a recording.</summary>
    public static bool IsOmitted(string header) => s_omitted.Contains(header, StringComparer.OrdinalIgnoreCase);

    private readonly object _gate = new();
    private readonly List<RecordedEntry?> _entries = [];
    private long _bodies;

    public Origin Origin { get; } = Origin.Of(baseUri);

    public Uri BaseUri => baseUri;

    /// <summary>The requests so far whose body is too long to be recorded, alone or with the others.</summary>
    public IReadOnlyList<RecordedEntry> TooLong
    {
        get
        {
            lock (_gate) return [.. _entries.OfType<RecordedEntry>().Where(entry => entry.IsTooLong)];
        }
    }

    /// <summary>The recording so far, without requests that are in progress, and those with bodies that are too long.</summary>
    /// <param name="before">Entries of an earlier recording.</param>
    public Recording ToRecording(IReadOnlyList<RecordedEntry> before)
    {
        RecordedEntry[] entries;
        lock (_gate) entries = [.. _entries.OfType<RecordedEntry>().Where(entry => !entry.IsTooLong)];
        // Again: a value that a later response names as a secret may have been recorded before.
        return new Recording(baseUri, redaction, [.. before, .. entries]).Redact(redaction);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, HttpMessageInvoker network, CancellationToken cancel)
    {
        // The body is read first, because some can be read only once.
        if (message.Content is not null) await BufferAsync(message).ConfigureAwait(false);
        var request = await MockRequest.ReadAsync(message, cancel).ConfigureAwait(false);
        redaction.RememberSecrets(request.Headers);
        var entry = new RecordedEntry
        {
            Method = request.Method,
            Address = redaction.Redact(request.Address),
            RequestBody = RecordedBody.Of(request.Body, redaction, BodyFormat.Of(request.Headers)),
        };
        int index;
        lock (_gate)
        {
            index = _entries.Count;
            _entries.Add(null);
        }

        HttpResponseMessage response;
        var sent = timing?.GetTimestamp();
        try
        {
            response = await network.SendAsync(message, cancel).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            Set(index, entry with { Fault = FaultOf(e) });
            throw;
        }

        if (sent is { } start) entry = entry with { Delay = RecordedEntry.Rounded(timing!.GetElapsedTime(start)) };
        Decompression.Apply(response);
        KeyValuePair<string, string>[] headers = [.. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .Where(header => !IsOmitted(header.Key))
            .SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value)))];
        var format = BodyFormat.Of(headers);
        entry = entry with
        {
            Status = (int)response.StatusCode,
            Headers = [.. headers.Select(header => redaction.Redact(format.Fixed(header)))],
        };
        response.Content = new RecordedContent(
            response.Content,
            MaxBody,
            (body, isWhole) => Set(index, body is null || Interlocked.Add(ref _bodies, body.Length) > MaxBodies
                ? entry with { IsTooLong = true }
                : entry with { Body = RecordedBody.Of(body, redaction, format), IsCut = !isWhole }));
        return response;
    }

    private static async Task BufferAsync(HttpRequestMessage message)
    {
        try
        {
            await message.Content!.LoadIntoBufferAsync(MaxBody).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw MockErrors.Error(
                "RecordingBodyTooLong", BearerErrorKind.InvalidArgument,
                $"The body of {message.Method} {PrintableAddress.Of(message.RequestUri!)} is longer than {MaxBody} bytes, and cannot be "
                    + "recorded.",
                "Send it without -Record, or record with a smaller body.");
        }
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
