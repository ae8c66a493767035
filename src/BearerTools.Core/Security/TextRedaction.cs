using System.Text.RegularExpressions;

namespace BearerTools.Security;

/// <summary>
/// Removes secrets from text that is not parsed, such as events, lines of JSON, XML, parts of a form, addresses, log lines and sentences:
/// secrets of this process, values whose names suggest a secret, and values that have the form of a credential.
/// </summary>
/// <param name="options">What is removed.</param>
/// <param name="ofValue">Removes secrets from a decoded value of a query or form, such as JSON; <see langword="null"/> for none.</param>
internal sealed partial class TextRedaction(RedactionOptions options, Func<string, string>? ofValue = null)
{
    private const int Shortest = 4;

    private const int LongerThanWords = 24;

    /// <summary>Pairs in values of pairs, such as a query in an attribute, are searched this deep. Servers choose the text.</summary>
    private const int MaxPairDepth = 3;

    /// <summary>A sentence without these quotes no secret. Searching for them is much faster than the expression.</summary>
    private static readonly string[] s_words =
        ["pass", "pwd", "secret", "token", "key", "signature", "cookie", "credential", "session", "authorization", "jwt"];

    private readonly XmlRedaction _xml = new(options);

    /// <summary>Removes secrets from sentences of servers in messages.</summary>
    public static TextRedaction Messages { get; } = new(new RedactionOptions { IsMessage = true });

    public RedactionOptions Options => options;

    /// <summary>Returns the same instance if there is nothing to remove.</summary>
    public string Redact(string text)
    {
        text = LiveSecrets.Redact(text);
        if (text.Length < Shortest) return text;
        text = CredentialForms.Redact(text, options.Mark);
        // Guarded, because most texts are long and have none of them.
        if (text.Contains('<', StringComparison.Ordinal)) text = _xml.Redact(text);
        if (text.Contains('"', StringComparison.Ordinal)) text = JsonMember().Replace(text, Field);
        if (text.Contains("\\\"", StringComparison.Ordinal)) text = EscapedJsonMember().Replace(text, Field);
        if (text.Contains('\'', StringComparison.Ordinal)) text = QuotedMember().Replace(text, Field);
        if (text.Contains('=', StringComparison.Ordinal)) text = Pairs(text, 0);
        if (text.Contains("&lt;", StringComparison.Ordinal)) text = EscapedElement().Replace(text, Field);
        if (text.Contains("name=", StringComparison.OrdinalIgnoreCase)) text = FormPart().Replace(text, Field);
        if (text.Contains(':', StringComparison.Ordinal) && !options.IsMessage)
        {
            if (text.AsSpan().ContainsAny('|', '>') && text.Contains('\n', StringComparison.Ordinal)) text = Block().Replace(text, Field);
            if (text.Contains(":\n", StringComparison.Ordinal)) text = Map().Replace(text, Field);
            text = Line().Replace(text, Field);
        }

        return HasWord(text) ? Sentence().Replace(text, Quoted) : text;
    }

    /// <summary>A query or a form, without its question mark.</summary>
    public string RedactPairs(string pairs) => string.Join('&', pairs.Split('&').Select(pair =>
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) return Redact(pair);
        var value = Decoded(pair[(equals + 1)..]);
        if (value.Length == 0) return Redact(pair);
        if (options.IncludesParameter(Decoded(pair[..equals]), value))
        {
            options.Found?.Invoke(value);
            return $"{pair[..equals]}={options.Mark}";
        }

        var shown = ofValue?.Invoke(value) ?? value;
        return shown == value ? Redact(pair) : $"{pair[..equals]}={Encoded(shown)}";
    }));

    /// <summary>A body that is no JSON, such as a form.</summary>
    public string RedactBody(string text) => IsPairs(text) ? RedactPairs(text) : Redact(text);

    /// <summary>True for a text that can be a query or a form.</summary>
    public static bool IsPairs(string text) => text.Contains('=', StringComparison.Ordinal) && !text.AsSpan().ContainsAny(" \r\n<{");

    private static bool HasWord(string text) =>
        text.AsSpan().ContainsAny(":'\"`") && s_words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    /// <summary>The mark stays readable.</summary>
    private string Encoded(string text) =>
        Uri.EscapeDataString(text).Replace(Uri.EscapeDataString(options.Mark), options.Mark, StringComparison.Ordinal);

    private string Pairs(string text, int depth) => Pair().Replace(text, match =>
    {
        var field = Field(match);
        // Also in a value that is no secret itself: href="/a?sig=…".
        var value = match.Groups["value"];
        if (depth == MaxPairDepth || field != match.Value || !value.Value.Contains('=', StringComparison.Ordinal)) return field;
        var inner = Pairs(value.Value, depth + 1);
        return ReferenceEquals(inner, value.Value) ? field : CredentialForms.Masked(match, inner);
    });

    private string Field(Match match)
    {
        var (name, value) = (Uri.UnescapeDataString(match.Groups["name"].Value), match.Groups["value"].Value);
        var isSecret = value.Length > 0 && value != options.Mark && (match.Groups["parameter"].Success
            ? options.IncludesParameter(name, value)
            : match.Groups["number"].Success ? options.IncludesNumber(name) : options.IncludesField(name, value));
        return isSecret ? Removed(match, value) : match.Value;
    }

    private string Quoted(Match match)
    {
        var value = match.Groups["value"].Value.TrimEnd('.', '!', '?', '…');
        var isSecret = LooksSecret(value) && value != options.Mark && options.IncludesField(match.Groups["name"].Value, value);
        return isSecret ? Removed(match, value) : match.Value;
    }

    private string Removed(Match match, string value)
    {
        options.Found?.Invoke(value);
        return CredentialForms.Masked(match, options.Mark);
    }

    /// <summary>Words of a sentence have no digits, and are not that long. Addresses and times are no secrets.</summary>
    private static bool LooksSecret(string value) =>
        value.Length >= LiveSecrets.MinimumLength
        && (value.Length >= LongerThanWords || value.Any(char.IsAsciiDigit))
        && !value.Contains("://", StringComparison.Ordinal)
        && !Time().IsMatch(value);

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d", RegexOptions.CultureInvariant)]
    private static partial Regex Time();

    [GeneratedRegex("""
        "(?<name>[^"\\]{1,100})"\s{0,9}(?::|=>)\s{0,9}(?:"(?<value>(?>(?:[^"\\]|\\.)*))|(?<number>(?<value>-?\d[\d.eE+-]{0,100})))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex JsonMember();

    /// <summary>In a dictionary of Python or a hash of Ruby.</summary>
    [GeneratedRegex("""
        '(?<name>[^'\\\r\n]{1,100})'\s{0,9}(?::|=>)\s{0,9}'(?<value>(?>(?:[^'\\]|\\.)*))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex QuotedMember();

    /// <summary>An element of XML that is the text of another one.</summary>
    [GeneratedRegex("&lt;(?<name>[\\w.:-]{1,100})&gt;(?<value>[^&]{1,1000})&lt;/", RegexOptions.CultureInvariant)]
    private static partial Regex EscapedElement();

    /// <summary>In JSON that is the text of a JSON string.</summary>
    [GeneratedRegex("""
        \\"(?<name>[^"\\]{1,100})\\"\s{0,9}:\s{0,9}\\"(?<value>[^"\\]*)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex EscapedJsonMember();

    /// <summary>In a query, a form, a line of settings, and an attribute.</summary>
    [GeneratedRegex("""
        (?:(?<parameter>[?&]|&amp;)|(?<![\w%.$-]))(?<name>[\w%.$-]{1,100})\]?\ ?=\ ?
        (?:"(?<value>[^"<>\r\n]+)|'(?<value>[^'<>\r\n]+)|(?<value>[^\s&;,"'<>]+))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Pair();

    /// <summary>A part of multipart/form-data (RFC 7578).</summary>
    [GeneratedRegex("""
        ;(?<parameter>\s?)name="?(?<name>[^"\r\n;]{1,100})"?[^\r\n]{0,500}\r\n(?:[^\r\n]{1,500}\r\n){0,9}\r\n(?<value>(?>(?:(?!\r\n--).)*))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex FormPart();

    /// <summary>A line of YAML with one word, and a header. "password: is required" is a sentence.</summary>
    [GeneratedRegex("""
        ^[\ \t>-]{0,40}(?:(?<name>(?:set-)?cookie2?|(?:proxy-)?authorization)\ ?:\ ?(?<value>[^\r\n]+)
          |(?<name>[\w.-]{1,100})[\ \t]?:[\ \t]{1,9}
            (?:(?:!!?\w{1,20}|&\w{1,20})[\ ]{1,9})?
            (?:\[(?<value>[^\r\n\]]+)\]
            |"(?<value>[^"\r\n]+)"|'(?<value>[^'\r\n]+)'|(?![|>][+-]?\d?[\ \t]*\r?$)["']?(?<value>[^\s"']+)["']?)[\ \t]*(?=\r?$))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Line();

    /// <summary>A map or list of YAML under the name of a secret.</summary>
    [GeneratedRegex("""
        ^(?<indent>[\ \t]{0,40})(?:-[\ ])?(?<name>[\w.-]{0,60}(?:token|secret|passw|credential|api[_-]?key)[\w.-]{0,40}):[\ \t]{0,9}\r?\n
        \k<indent>[\ \t]{1,40}(?<value>(?>[^\r\n]+(?:\r?\n\k<indent>[\ \t]{1,40}[^\r\n]+)*))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Map();

    /// <summary>A block of YAML: the lines after the name that are indented further.</summary>
    [GeneratedRegex("""
        ^(?<indent>[\ \t]{0,40})(?:-[\ ])?(?<name>[\w.-]{1,100}):[\ \t]{1,9}[|>][+-]?\d?[\ \t]{0,9}\r?\n
        \k<indent>[\ \t]{1,40}(?<value>(?>[^\r\n]+(?:\r?\n\k<indent>[\ \t]{1,40}[^\r\n]+)*))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Block();

    /// <summary>
    /// In a sentence, such as "Invalid password: …", "the token '…' has expired" or "X-Api-Key: …". Codes of errors, such as
    /// "invalid_token: …", are no names.
    /// </summary>
    [GeneratedRegex("""
        (?<![\w-])(?!(?:invalid|expired|missing|bad|wrong|unsupported|unknown)[_A-Z])
        (?<name>[\w-]{0,40}?(?:password|passwd|passphrase|passcode|pwd|secret|token|signature|cookie|credentials?|session(?:[ _-]?id)?
          |authorization|jwt|(?:(?:api|access|account|shared|private|subscription|signing)[ _-]?)?key))
        (?:\ (?:is|was|of|value|provided|given|received|sent|header)){0,2}
        (?:\ ?:\ ?["'`]?(?<value>[^\s"'`,;<>()]{8,})|\ ["'`](?<value>[^\s"'`<>]{8,})["'`])
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Sentence();
}
