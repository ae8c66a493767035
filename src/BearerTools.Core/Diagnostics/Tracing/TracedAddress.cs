using BearerTools.Security;

namespace BearerTools.Diagnostics.Tracing;

/// <summary>
/// The address of a request for the trace, as it is sent: the values of its query only under names that are known to be harmless.
/// </summary>
internal static class TracedAddress
{
    private const int LongestAddress = 2000;
    private const int LongestValue = 200;
    private const int LongestName = 64;

    /// <summary>Names whose values select rows, columns, an order or a version.</summary>
    private static readonly HashSet<string> s_harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "$count", "$expand", "$filter", "$format", "$orderby", "$select", "$skip", "$top", "api-version", "count", "direction", "expand",
        "fields", "filter", "format", "include", "lang", "limit", "locale", "max_results", "maxResults", "offset", "order", "order_by",
        "orderby", "page", "page_size", "pageNumber", "pageSize", "per_page", "select", "size", "skip", "sort", "sort_by", "sortBy",
        "start", "startAt", "status", "top", "type", "version",
    };

    /// <summary>Returns the address without user name, password and fragment, and with only the harmless values of its query.</summary>
    /// <param name="address">The address.</param>
    /// <param name="shown">Further names whose values are shown, or <see langword="null"/>.</param>
    public static string Of(Uri address, IReadOnlyList<string>? shown = null)
    {
        var query = address.Query;
        if (query.Length == 0 && address.UserInfo.Length == 0 && address.Fragment.Length == 0) return Bounded(address.AbsoluteUri);
        var path = address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return Bounded(query.Length > 1
            ? $"{path}?{Pairs(query[1..], shown)}"
            : path);
    }

    /// <summary>The same without credentials in the path that are known by form or name; it costs more than recording a request.</summary>
    public static string Shown(Uri address, IReadOnlyList<string>? shown = null) =>
        TraceRedaction.Forms(PathParameters.Redact(Of(address, shown), TraceRedaction.Mark));

    /// <summary>The pairs of a query or a fragment, with only the harmless values.</summary>
    public static string Pairs(string pairs, IReadOnlyList<string>? shown) =>
        pairs.Length == 0 ? pairs : string.Join('&', pairs.Split('&').Select(pair => Pair(pair, shown)));

    /// <summary>Redacted before it is cut: a part of a secret is not found by its value.</summary>
    public static string Bounded(string text) =>
        TracedText.Of(text) is var clean && clean.Length <= LongestAddress ? clean : clean[..LongestAddress] + "…";

    private static string Pair(string pair, IReadOnlyList<string>? shown)
    {
        var end = pair.IndexOf('=', StringComparison.Ordinal);
        // Without a name, or with nothing but padding as a value, the text before the sign is data.
        if (end <= 0 || end > LongestName || pair.AsSpan(end).TrimEnd('=').IsEmpty) return TraceRedaction.Mark;
        var name = pair[..end];
        return pair.Length - end <= LongestValue && IsShown(Uri.UnescapeDataString(name), shown) ? pair : $"{name}={TraceRedaction.Mark}";
    }

    private static bool IsShown(string name, IReadOnlyList<string>? shown) =>
        s_harmless.Contains(name) || (shown is not null && shown.Contains(name, StringComparer.OrdinalIgnoreCase));
}
