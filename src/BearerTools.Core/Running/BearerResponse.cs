using System.Net;

namespace BearerTools;

/// <summary>A whole answer: what <c>Invoke-BearerRequest -IncludeResponse</c> gives.</summary>
public sealed class BearerResponse
{
    /// <summary>The status.</summary>
    public HttpStatusCode StatusCode { get; init; }

    /// <summary>The headers, each name with all its values.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The body: an object, an array, an XML document, text, bytes, nothing; or the file it was saved to.</summary>
    public object? Body { get; init; }

    /// <summary>From the first attempt to the last byte.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How many requests it took, redirects and replays included.</summary>
    public int Attempts { get; init; }

    /// <summary>What came down the pipeline for it.</summary>
    public object? Input { get; init; }

    /// <summary>The address that answered: after redirects, the last one.</summary>
    public Uri? Uri { get; init; }
}
