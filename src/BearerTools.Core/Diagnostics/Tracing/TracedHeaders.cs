using System.Collections.Frozen;
using System.Text.RegularExpressions;
using BearerTools.Security;

namespace BearerTools.Diagnostics.Tracing;

/// <summary>The values of header fields for the trace: only of those that are known to be harmless.</summary>
internal static partial class TracedHeaders
{
    private const int LongestValue = 1000;

    private static readonly FrozenSet<string> s_harmless = new[]
    {
        "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Accept-Patch", "Accept-Ranges", "Age", "Allow",
        "Alt-Svc", "Api-Version", "Cache-Control", "Client-Request-Id", "Connection", "ConsistencyLevel",
        "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Range", "Content-Type",
        "Date", "Deprecation", "ETag", "Expect", "Expires", "Host", "If-Match", "If-Modified-Since", "If-None-Match",
        "If-Range", "If-Unmodified-Since", "Keep-Alive", "Last-Modified", "OData-MaxVersion", "OData-Version", "Pragma",
        "Prefer", "Preference-Applied", "Proxy-Connection", "Proxy-Status", "Range", "RateLimit", "RateLimit-Limit",
        "RateLimit-Policy", "RateLimit-Remaining", "RateLimit-Reset", "Request-Id", "Retry-After", "Server",
        "Strict-Transport-Security", "Sunset", "TE", "Traceparent", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent",
        "Vary", "Via", "Warning", "X-Amzn-RequestId", "X-Correlation-Id", "X-GitHub-Api-Version", "X-GitHub-Request-Id",
        "X-Ms-Correlation-Request-Id", "X-Ms-Request-Id", "X-Ms-Version", "X-Powered-By", "X-RateLimit-Limit",
        "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Reset-After", "X-RateLimit-Resource", "X-RateLimit-Used", "X-Request-Id",
        "X-Total-Count",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Fields that contain an address.</summary>
    private static readonly FrozenSet<string> s_addresses = new[]
    {
        "Azure-AsyncOperation", "Content-Location", "Location", "Operation-Location", "Origin", "Referer",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Attributes of a cookie (RFC 6265 section 4.1.1).</summary>
    private static readonly FrozenSet<string> s_attributes =
        new[] { "Domain", "Expires", "HttpOnly", "Max-Age", "Partitioned", "Path", "SameSite", "Secure" }
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Schemes whose challenges contain words; those of others contain data (RFC 4559 section 4).</summary>
    private static readonly FrozenSet<string> s_schemes =
        new[] { AuthScheme.Basic, AuthScheme.Bearer, "Digest", "DPoP" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <param name="name">The name of the field.</param>
    /// <param name="value">The value, as received or sent.</param>
    /// <param name="shown">Further names in queries whose values are shown, or <see langword="null"/>.</param>
    public static KeyValuePair<string, string> Of(string name, string value, IReadOnlyList<string>? shown = null) =>
        new(Clean(name), Value(name, value, shown));

    /// <summary>True if a message may quote the value: the field is known to be harmless, and no part looks like a secret.</summary>
    public static bool IsHarmless(string name, string value) => s_harmless.Contains(name) && Clean(Words(value)) == value;

    private static string Value(string name, string value, IReadOnlyList<string>? shown)
    {
        if (s_harmless.Contains(name)) return Clean(Words(value));
        if (s_addresses.Contains(name)) return Clean(TracedReference.Of(value, shown));
        return name.ToLowerInvariant() switch
        {
            "link" => Clean(Target().Replace(value, target => $"<{TracedReference.Of(target.Groups[1].Value, shown)}>")),
            "cookie" => string.Join("; ", value.Split(';', StringSplitOptions.TrimEntries).Select(NameOnly)),
            "set-cookie" => string.Join("; ", value.Split(';', StringSplitOptions.TrimEntries).Select(Attribute)),
            "www-authenticate" or "proxy-authenticate" => Challenge(value),
            _ => TraceRedaction.Mark,
        };
    }

    private static string Attribute(string part, int index) =>
        index > 0 && s_attributes.Contains(part.Split('=')[0].TrimEnd()) ? Clean(part) : NameOnly(part);

    private static string NameOnly(string pair) =>
        pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var end
            ? $"{Clean(pair[..end])}={TraceRedaction.Mark}" : TraceRedaction.Mark;

    private static string Challenge(string value)
    {
        var end = value.IndexOf(' ', StringComparison.Ordinal);
        return end < 0 || s_schemes.Contains(value[..end]) ? Clean(Words(value)) : $"{Clean(value[..end])} {TraceRedaction.Mark}";
    }

    /// <summary>Harmless fields have comments and parameters, which may quote a secret, and hosts, which may have a password.</summary>
    private static string Words(string value)
    {
        var text = TraceRedaction.Text.Redact(value);
        return text.Contains('@', StringComparison.Ordinal) ? UserInfo().Replace(text, $"{TraceRedaction.Mark}@") : text;
    }

    private static string Clean(string text) => TraceRedaction.Forms(ServerText.Clean(text, LongestValue));

    /// <summary>The user name and the password before a host without a scheme, as in Via. An address for mail has no password.</summary>
    [GeneratedRegex("""(?<![^\s,;(="])(?!\+?mailto:)[^\s,;()<>="/@:]{0,200}:[^\s,;()<>"/@]{1,200}@""", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    [GeneratedRegex("<([^<>]*)>", RegexOptions.CultureInvariant)]
    private static partial Regex Target();
}
