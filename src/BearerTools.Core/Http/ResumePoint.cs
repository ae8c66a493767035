using System.Net.Http.Headers;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// Requests only the rest of a resource (RFC 9110 section 14.2). It belongs to the request, not to the caller's headers: a redirect
/// keeps it, to another origin too.
/// </summary>
/// <param name="From">The number of bytes already saved; with 0 the whole resource is requested.</param>
/// <param name="Validator">
/// The version that these bytes belong to (RFC 9110 section 13.1.5); a server that has another version sends all of it. It may come
/// from a file: a value that is neither an entity tag nor an HTTP-date is not sent.
/// </param>
internal sealed record ResumePoint(long From, string? Validator)
{
    private const string IfRange = "If-Range";
    private const string AcceptEncoding = "Accept-Encoding";

    public static ResumePoint Beginning { get; } = new(0, null);

    public void ApplyTo(HttpRequestHeaders headers)
    {
        // Offsets count encoded bytes, and must mean the same in the next request.
        headers.Remove(AcceptEncoding);
        headers.TryAddWithoutValidation(AcceptEncoding, "identity");
        headers.Remove(IfRange);
        headers.Range = From > 0 ? new RangeHeaderValue(From, null) : null;
        if (From > 0
            && Validator is not null
            && (ServerValue.EntityTag(Validator) is not null || ServerDelay.HttpDate(Validator) is not null))
            headers.TryAddWithoutValidation(IfRange, Validator);
    }
}
