using System.Text.RegularExpressions;

namespace BearerTools.Diagnostics.Tracing;

/// <summary>
/// The text of an address or a relative reference that someone wrote. Only its secret parts are replaced: the rest stays as it was
/// written, because a difference in case, port or slash may be what the reader looks for.
/// </summary>
internal static partial class TracedReference
{
    private const int LongestUser = 16;
    private const int LongestFragment = 32;

    /// <param name="reference">The address or the reference.</param>
    /// <param name="shown">Further names in queries whose values are shown, or <see langword="null"/>.</param>
    public static string Of(string reference, IReadOnlyList<string>? shown = null)
    {
        var parts = Parts().Match(reference);
        var (user, query, fragment) = (parts.Groups["user"], parts.Groups["query"], parts.Groups["fragment"]);
        return TracedAddress.Bounded(string.Concat(
            parts.Groups["scheme"].Value,
            user.Success ? $"{(IsName(user.Value) ? user.Value : TraceRedaction.Mark)}@" : string.Empty,
            parts.Groups["path"].Value + (query.Success ? $"?{TracedAddress.Pairs(query.Value, shown)}" : string.Empty),
            fragment.Success ? $"#{Fragment(fragment.Value, shown)}" : string.Empty));
    }

    /// <summary>True for a text that begins as an address with http or https does, even if it is none that can be used.</summary>
    public static bool IsAddress(string text) => Scheme().IsMatch(text);

    /// <summary>A user name such as <c>git</c>. Others may be keys, which some APIs take as user names.</summary>
    private static bool IsName(string user) => user.Length <= LongestUser && Words().IsMatch(user);

    /// <summary>The place in a page. Responses of authorities have tokens there (RFC 6749 section 4.2.2).</summary>
    private static string Fragment(string fragment, IReadOnlyList<string>? shown) =>
        fragment.Contains('=', StringComparison.Ordinal) ? TracedAddress.Pairs(fragment, shown)
        : fragment.Length <= LongestFragment && Words().IsMatch(fragment) ? fragment
        : TraceRedaction.Mark;

    [GeneratedRegex(@"^https?:[/\\]{2}", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    /// <summary>The parts of RFC 3986 appendix B. A password may contain '@', and .NET reads a backslash as a slash.</summary>
    [GeneratedRegex("""
        ^(?<scheme>(?:[A-Za-z][A-Za-z0-9+.-]*:)?[/\\]{2,})?
        (?:(?<=[/\\]{2})(?<user>[^/\\?\#]*)@)?
        (?<path>[^?\#]*)(?:\?(?<query>[^\#]*))?(?:\#(?<fragment>.*))?\z
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Parts();

    [GeneratedRegex(@"^[\p{L}/!._-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
