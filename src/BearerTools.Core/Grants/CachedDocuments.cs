using System.Net.Http.Headers;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Caches public documents of authorities for at most 24 hours, and no longer than the server allows. Concurrent callers
/// share one request; failures are not cached.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="limit">Maximum number of documents; beyond that, the least recently used one is removed.</param>
internal sealed class CachedDocuments<T>(TimeProvider time, int limit = CachedDocuments<T>.DefaultLimit)
    where T : class
{
    private const int DefaultLimit = 1000;

    private static readonly TimeSpan s_maxAge = TimeSpan.FromHours(24);

    /// <summary>The minimum time between two reloads of a document that lacks something.</summary>
    private static readonly TimeSpan s_reloadInterval = TimeSpan.FromMinutes(1);

    private readonly object _gate = new();
    private readonly BoundedDictionary<string, Document> _known = new(limit);
    private readonly Dictionary<string, SharedOperation<Document>> _running = new(StringComparer.Ordinal);

    /// <summary>Number of cached documents, including expired ones.</summary>
    public int Count => _known.Count;

    /// <summary>The cached documents, including expired ones.</summary>
    public IReadOnlyList<T> Known => [.. _known.Values.Select(document => document.Value)];

    /// <param name="name">The document's key.</param>
    /// <param name="load">Loads the document; shared by all waiting callers, and cancelled when none is left.</param>
    /// <param name="cancel">Cancels this caller's wait.</param>
    public Task<Document> GetAsync(
        string name, Func<CancellationToken, Task<(T Value, HttpResponseHeaders Headers)>> load, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_known.TryGetValue(name, out var known))
            {
                if (time.GetUtcNow() < known.Until) return Task.FromResult(known);
                _known.Remove(name);
            }
        }

        return LoadAsync(name, load, cancel);
    }

    /// <summary>
    /// Reloads a document that lacks something; returns the same one if it was loaded within the last minute.
    /// </summary>
    /// <param name="name">The document's key.</param>
    /// <param name="seen">The document that lacks something; if it was replaced since, its successor is returned.</param>
    /// <param name="load">Loads the document.</param>
    /// <param name="cancel">Cancels this caller's wait.</param>
    public Task<Document> ReloadAsync(
        string name, Document seen, Func<CancellationToken, Task<(T Value, HttpResponseHeaders Headers)>> load, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (_known.TryGetValue(name, out var known) && !ReferenceEquals(known, seen) && now < known.Until)
                return Task.FromResult(known);
        }

        return now - seen.LoadedOn < s_reloadInterval ? Task.FromResult(seen) : LoadAsync(name, load, cancel);
    }

    /// <summary>Removes all documents; a request in progress stores nothing.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _known.Clear();
            _running.Clear();
        }
    }

    private Task<Document> LoadAsync(
        string name, Func<CancellationToken, Task<(T Value, HttpResponseHeaders Headers)>> load, CancellationToken cancel)
    {
        SharedOperation<Document> operation;
        lock (_gate)
        {
            if (_running.TryGetValue(name, out var running) && running.TryJoin())
            {
                operation = running;
            }
            else
            {
                operation = _running[name] = new SharedOperation<Document>();
                operation.TryJoin();
                operation.Start(stop => LoadAsync(operation, name, load, stop));
            }
        }

        return operation.WaitAsync(cancel);
    }

    private async Task<Document> LoadAsync(
        SharedOperation<Document> operation, string name,
        Func<CancellationToken, Task<(T Value, HttpResponseHeaders Headers)>> load, CancellationToken stop)
    {
        try
        {
            var (value, headers) = await load(stop).ConfigureAwait(false);
            var now = time.GetUtcNow();
            var document = new Document(value, now, now + Lifetime(headers));
            lock (_gate)
            {
                if (document.Until > now && ReferenceEquals(_running.GetValueOrDefault(name), operation)) _known.Set(name, document);
            }

            return document;
        }
        finally
        {
            lock (_gate)
            {
                if (ReferenceEquals(_running.GetValueOrDefault(name), operation)) _running.Remove(name);
            }
        }
    }

    /// <summary>
    /// Returns how long a response may be used (RFC 9111 section 5.2.2). Without revalidation, <c>no-cache</c> is the same
    /// as <c>no-store</c>.
    /// </summary>
    private static TimeSpan Lifetime(HttpResponseHeaders headers)
    {
        if (headers.CacheControl is not { } control) return s_maxAge;
        if (control.NoStore || control.NoCache) return TimeSpan.Zero;
        if (control.MaxAge is not { } maxAge) return s_maxAge;
        var left = maxAge - (headers.Age ?? TimeSpan.Zero);
        return left < s_maxAge ? left : s_maxAge;
    }

    /// <summary>A document, and how long it may be used.</summary>
    internal sealed record Document(T Value, DateTimeOffset LoadedOn, DateTimeOffset Until);
}
