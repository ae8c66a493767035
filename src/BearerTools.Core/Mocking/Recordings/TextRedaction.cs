using System.Buffers;
using System.Text.RegularExpressions;
using BearerTools.Security;

namespace BearerTools.Mocking.Recordings;

/// <summary>
/// Removes secrets from text that is not parsed, such as events, lines of JSON, XML, parts of a form, addresses and log lines: values whose
/// names suggest a secret, and values that have the form of a credential.
/// </summary>
/// <param name="includes">True for a name and a value that is a secret.</param>
/// <param name="found">Gets each value that was removed by its name.</param>
internal sealed partial class TextRedaction(Func<string, string, bool> includes, Action<string> found)
{
    /// <summary>Text without these has neither a name with a value nor a credential.</summary>
    private static readonly SearchValues<char> s_marks = SearchValues.Create("=:<.- ");

    private static readonly string[] s_schemes = ["Bearer ", "Basic ", "DPoP ", "Negotiate "];

    public string Redact(string text)
    {
        if (!text.AsSpan().ContainsAny(s_marks)) return text;
        // Guarded, because most texts are long and have none of them.
        if (text.Contains("eyJ", StringComparison.Ordinal)) text = Jwt().Replace(text, Masked);
        if (s_schemes.Any(scheme => text.Contains(scheme, StringComparison.Ordinal))) text = Authorization().Replace(text, Masked);
        if (text.Contains("://", StringComparison.Ordinal)) text = UserInfo().Replace(text, Masked);
        if (text.Contains("PRIVATE KEY-----", StringComparison.Ordinal)) text = PrivateKey().Replace(text, Masked);
        if (text.Contains('"', StringComparison.Ordinal)) text = JsonMember().Replace(text, ByName);
        if (text.Contains("\\\"", StringComparison.Ordinal)) text = EscapedJsonMember().Replace(text, ByName);
        if (text.Contains('=', StringComparison.Ordinal)) text = Pair().Replace(text, ByName);
        if (text.Contains('<', StringComparison.Ordinal)) text = Element().Replace(text, ByName);
        return text.Contains("name=", StringComparison.OrdinalIgnoreCase) ? FormPart().Replace(text, ByName) : text;
    }

    private string ByName(Match match)
    {
        var value = match.Groups["value"];
        if (value.Length == 0 || value.Value == LiveSecrets.Mark
            || !includes(Uri.UnescapeDataString(match.Groups["name"].Value), value.Value))
            return match.Value;
        found(value.Value);
        return Masked(match);
    }

    private static string Masked(Match match)
    {
        var value = match.Groups["value"];
        var start = value.Index - match.Index;
        return string.Concat(match.Value.AsSpan(0, start), LiveSecrets.Mark, match.Value.AsSpan(start + value.Length));
    }

    [GeneratedRegex(@"(?<![\w-])(?<value>eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){1,3})", RegexOptions.CultureInvariant)]
    private static partial Regex Jwt();

    /// <summary>A credential has digits; the sentence "Basic authentication is off" has none.</summary>
    [GeneratedRegex(
        @"\b(?:Bearer|Basic|DPoP|Negotiate) +(?=[\w.~+/-]*\d)(?<value>[\w.~+/-]{12,}=*)", RegexOptions.CultureInvariant)]
    private static partial Regex Authorization();

    [GeneratedRegex("""://(?<value>[^\s/@:"'<>]{1,200}:[^\s/@"'<>]{1,200})@""", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    [GeneratedRegex(
        "(?<value>-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{1,20000}-----END [A-Z ]{0,30}PRIVATE KEY-----)",
        RegexOptions.CultureInvariant)]
    private static partial Regex PrivateKey();

    [GeneratedRegex("""
        "(?<name>[^"\\]{1,100})"\s{0,9}:\s{0,9}"(?<value>(?>(?:[^"\\]|\\.)*))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex JsonMember();

    /// <summary>In JSON that is the text of a JSON string.</summary>
    [GeneratedRegex("""
        \\"(?<name>[^"\\]{1,100})\\"\s{0,9}:\s{0,9}\\"(?<value>[^"\\]*)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex EscapedJsonMember();

    /// <summary>In a query, a form, a line of settings, and an attribute.</summary>
    [GeneratedRegex("""
        (?<![\w%.$-])(?<name>[\w%.$-]{1,100})\ ?=\ ?["']?(?<value>[^\s&;,"'<>]+)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Pair();

    [GeneratedRegex("""
        <(?:[\w.-]{1,50}:)?(?<name>[\w.-]{1,100})(?:\s[^<>]{0,500})?>(?<value>[^<]+)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Element();

    /// <summary>A part of multipart/form-data (RFC 7578).</summary>
    [GeneratedRegex("""
        ;\s?name="?(?<name>[^"\r\n;]{1,100})"?[^\r\n]{0,500}\r\n(?:[^\r\n]{1,500}\r\n){0,9}\r\n(?<value>(?>(?:(?!\r\n--).)*))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex FormPart();
}
