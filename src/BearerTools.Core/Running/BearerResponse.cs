using System.Net;

namespace BearerTools;

/// <summary>A complete response, as returned by <c>Invoke-BearerRequest -IncludeResponse</c>.</summary>
public sealed class BearerResponse
{
    /// <summary>The HTTP status.</summary>
    public HttpStatusCode StatusCode { get; init; }

    /// <summary>The headers, each with all its values.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The body: an object, an array, XML, text, bytes or <see langword="null"/>; or the file it was saved to.</summary>
    public object? Body { get; init; }

    /// <summary>The time from the first attempt to the last byte.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The number of requests sent, including redirects and replays.</summary>
    public int Attempts { get; init; }

    /// <summary>The pipeline input that the request was made for.</summary>
    public object? Input { get; init; }

    /// <summary>The requested URL; after redirects, the last one.</summary>
    public Uri? Uri { get; init; }
}
