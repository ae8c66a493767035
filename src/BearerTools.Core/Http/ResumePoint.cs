using System.Net.Http.Headers;

namespace BearerTools.Http;

/// <summary>
/// Only the rest of something is wanted (RFC 9110 section 14.2). It is part of what is asked for, not of the caller's headers:
/// a redirect keeps it, to another origin too.
/// </summary>
/// <param name="From">How many bytes are there already; with none, all of it is asked for.</param>
/// <param name="Validator">
/// The version they are of (RFC 9110 section 13.1.5): of another, all comes again. It may come from a file: what is neither an
/// entity tag nor an HTTP-date is not sent.
/// </param>
internal sealed record ResumePoint(long From, string? Validator)
{
    private const string IfRange = "If-Range";
    private const string AcceptEncoding = "Accept-Encoding";

    public static ResumePoint Beginning { get; } = new(0, null);

    public void ApplyTo(HttpRequestHeaders headers)
    {
        // Places are counted in what is sent, and have to mean the same the next time.
        headers.Remove(AcceptEncoding);
        headers.TryAddWithoutValidation(AcceptEncoding, "identity");
        headers.Remove(IfRange);
        headers.Range = From > 0 ? new RangeHeaderValue(From, null) : null;
        if (From > 0 && Validator is not null && (ServerValue.EntityTag(Validator) is not null || ServerValue.HttpDate(Validator) is not null))
            headers.TryAddWithoutValidation(IfRange, Validator);
    }
}
