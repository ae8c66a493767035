namespace BearerTools.Http;

/// <summary>Semantics of request methods (RFC 9110 section 9.2, and IANA's registry). Unknown methods may do anything.</summary>
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

    /// <summary>True if the method only reads (section 9.2.1).</summary>
    public static bool IsSafe(HttpMethod method) => method == HttpMethod.Get || s_safe.Contains(method.Method);

    /// <summary>True if repeating the request has the same effect as sending it once (section 9.2.2).</summary>
    public static bool IsIdempotent(HttpMethod method) => IsSafe(method) || method == HttpMethod.Put || method == HttpMethod.Delete;

    /// <summary>True if requests with the method usually have a body.</summary>
    public static bool TakesBody(HttpMethod method) => s_withBody.Contains(method.Method);
}
