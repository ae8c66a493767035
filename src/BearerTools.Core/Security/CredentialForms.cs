using System.Text.RegularExpressions;

namespace BearerTools.Security;

/// <summary>Finds what has the form of a credential in a text, whether this process knows it or not.</summary>
internal static partial class CredentialForms
{
    private const int Shortest = 12;

    /// <summary>Replaces each credential by the mark. Returns the same instance if there is none.</summary>
    public static string Redact(string text, string mark)
    {
        if (text.Length < Shortest) return text;
        text = Token().Replace(text, mark);
        if (text.Contains(' ', StringComparison.Ordinal)) text = Authorization().Replace(text, match => Masked(match, mark));
        if (text.Contains("PRIVATE KEY-----", StringComparison.Ordinal)) text = PrivateKey().Replace(text, mark);
        if (text.Contains("//", StringComparison.Ordinal) && text.Contains('@', StringComparison.Ordinal))
            text = UserInfo().Replace(text, match => Masked(match, mark));
        return text.Contains("%2F%2F", StringComparison.OrdinalIgnoreCase)
            ? EncodedUserInfo().Replace(text, match => Masked(match, mark)) : text;
    }

    /// <summary>The text of a match with the mark instead of its group <c>value</c>.</summary>
    public static string Masked(Match match, string mark)
    {
        var value = match.Groups["value"];
        var start = value.Index - match.Index;
        return string.Concat(match.Value.AsSpan(0, start), mark, match.Value.AsSpan(start + value.Length));
    }

    /// <summary>
    /// A JSON Web Token (RFC 7519 section 3), and the tokens of issuers that give them a prefix. Without backtracking, because servers
    /// choose the text.
    /// </summary>
    [GeneratedRegex("""
        (?<![\w-])(?:
          eyJ(?>[\w-]{8,})\.(?>[\w-]{8,})(?:\.(?>[\w-]*))*
          |gh[pousr]_(?>[A-Za-z0-9]{16,})|github_pat_(?>\w{16,})|glpat-(?>[\w-]{16,})
          |xox[a-z]-(?>[\w-]{10,})|xapp-(?>[\w-]{10,})
          |A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])
          |[sr]k_(?:live|test)_(?>\w{10,})|whsec_(?>[\w+/]{16,})
          |sk-(?=[A-Za-z_-]*\d)(?>[\w-]{20,})
          |AIza[\w-]{35}|ya29\.(?>[\w-]{20,})
          |npm_(?>[A-Za-z0-9]{30,})|pypi-(?>[\w-]{30,})|hvs\.(?>[\w-]{20,})|dop_v1_(?>[0-9a-f]{32,})|shp(?:at|ca|pa|ss)_(?>[0-9a-fA-F]{32,})
          |SG\.(?>[\w-]{16,})\.(?>[\w-]{16,})
        )
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    /// <summary>
    /// What follows the name of an authentication scheme. Shorter values have digits: the sentences "Basic authentication is off" and "the
    /// token authentication_failed" contain none.
    /// </summary>
    [GeneratedRegex("""
        \b(?:bearer|basic|dpop|negotiate|token)\s{1,8}(?:(?=[A-Za-z_.~+/-]*\d)(?<value>(?>[\w.~+/-]{12,})=*)
          |(?<!token\s{1,8})(?<value>(?>[\w.~+/-]{16,})=*))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Authorization();

    [GeneratedRegex(
        "-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{1,20000}-----END [A-Z ]{0,30}PRIVATE KEY-----", RegexOptions.CultureInvariant)]
    private static partial Regex PrivateKey();

    /// <summary>A password in an address, to the last @ of its host. The user may be empty: <c>redis://:password@host</c>.</summary>
    [GeneratedRegex("""//(?<value>[^\s/@:"'<>]{0,200}:[^\s/"'<>?#]{1,500})@""", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    /// <summary>The same in an address that is the value of a parameter.</summary>
    [GeneratedRegex(
        """%2F%2F(?<value>(?:(?!%2F|%3A)[^\s&"'<>/@:]){0,200}(?:%3A|:)(?:(?!%2F)[^\s&"'<>/]){1,500}?)%40""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex EncodedUserInfo();
}
