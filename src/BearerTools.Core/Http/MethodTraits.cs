namespace BearerTools.Http;

/// <summary>What methods mean (RFC 9110 section 9.2, and IANA's list). Of others nothing is known: they may do anything.</summary>
internal static class MethodTraits
{
    private static readonly HashSet<string> s_safe = new(StringComparer.OrdinalIgnoreCase)
    {
        "GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "REPORT", "SEARCH",
    };

    private static readonly HashSet<string> s_withBody = new(StringComparer.OrdinalIgnoreCase)
    {
        "POST", "PUT", "PATCH", "MERGE", "PROPFIND", "QUERY", "REPORT", "SEARCH",
    };

    /// <summary>Whether it only asks, and changes nothing at the other end (section 9.2.1).</summary>
    public static bool IsSafe(HttpMethod method) => method == HttpMethod.Get || s_safe.Contains(method.Method);

    /// <summary>Whether it does the same however often it is done (section 9.2.2).</summary>
    public static bool IsIdempotent(HttpMethod method) => IsSafe(method) || method == HttpMethod.Put || method == HttpMethod.Delete;

    /// <summary>Whether it carries a body by its nature.</summary>
    public static bool TakesBody(HttpMethod method) => s_withBody.Contains(method.Method);
}
