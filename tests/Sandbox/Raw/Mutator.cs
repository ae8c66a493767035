using System.Diagnostics.CodeAnalysis;

namespace BearerTools.Sandbox.Raw;

/// <summary>Changes texts at random, with values that have broken parsers before. Characters up to U+00FF stand for bytes.</summary>
[SuppressMessage("Security", "CA5394:Do not use insecure randomness", Justification = "The same mutants for the same seed.")]
internal sealed class Mutator(Random random)
{
    private const int LongestRepetition = 32 * 1024;

    private static readonly string[] s_numbers =
    [
        "0", "-0", "-1", "00", "0x10", "1e400", "-1e400", "1e-400", "NaN", "Infinity", "-Infinity", "0.1", "1.", ".5", "1,5", "2147483648", "4294967296",
        "9223372036854775807", "9223372036854775808", "-9223372036854775809", "99999999", "253402300799", "253402300800", "950000000000000", "１２", "1_000",
        "99999999999999999999999999999999999999", "1e15", "-62135596801",
    ];

    private static readonly string[] s_texts =
    [
        "", " ", "\0", "\r\n", "\n", "\t", "\u001b]0;x\u0007", "\u001b[2J", "\u009b", "\u00ff\u00fe", "\u00ef\u00bb\u00bf", "\u00c3\u0028", "\u00ed\u00a0\u0080", "\ud83d", "\udc00", "\u200d",
        "\u202e", "é", "İ", "ß", "\\ud800", "\\udfff\\ud800", "\\u0000", "\\x", "\\", "\"", "'", "`", "$(", "${", "{0}", "%", "%00", "%zz", "%c0%af", "%2e%2e%2f", "../../", "..\\", "C:\\x", "/dev/null",
        "//", "//evil.example", "https://", "http://[::1", "http://a\u200db/", "http://user:pass@h/", "http://0x7f.1/", "http://127.0.0.1:99999/", "javascript:x", "file:///etc/hosts", "\\\\h\\s", "?", "#", "@", ";", ",", "=", ":",
        "=?utf-7?B?K0FHRS0=?=", "utf-7''x", "utf-16''%00", "bogus''x", "utf-7", "utf-32", "iso-2022-jp", "x-user-defined", "W/\"", "\"\"", "*", "null", "true", "false", "{}", "[]", "{", "}", "[", "]", "<", "<a>", "]]>", "&x;", "<!DOCTYPE a [<!ENTITY b \"c\">]>",
        "Thu, 01 Jan 9999 00:00:00 GMT", "Mon, 31 Feb 2026 25:61:61 GMT", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:60-14:00", "/Date(99999999999999999)/", "/Date(-62135596800001)/", "2026-W01-1", "PT1S",
        "psobject", "PSTypeNames", "$ref", "__proto__", "@odata.nextLink", "eyJhbGciOiJub25lIn0", "..", "a..b", "[0]", "[99999999999]", "[-1]", "$.", "CON", "nul.txt", ".bashrc", "x\u0301", "chunked", "gzip", "bytes 0-0/1", "bytes */*", "bytes 9-1/0",
        "Bearer", "Bearer ", "realm=\"", "DPoP error=\"use_dpop_nonce\"", "expires=Thu, 99 Jan 1970", "domain=.com", "max-age=-1e9", "-----BEGIN PRIVATE" + " KEY-----", "-----END", "AADSTS50058", "env:", "file:", "file:/nowhere", "file:Nope:\\x",
    ];

    public string Mutate(string text, IReadOnlyList<string> others)
    {
        for (var changes = 1 + random.Next(4); changes > 0; changes--) text = Change(text, others);
        return text;
    }

    private string Change(string text, IReadOnlyList<string> others)
    {
        var (from, to) = Range(text);
        return random.Next(14) switch
        {
            0 => text.Length == 0 ? text : $"{text[..from]}{(char)(text[from] ^ (1 << random.Next(8)))}{text[(from + 1)..]}",
            1 => text[..from] + text[to..],
            2 => text[..to] + text[from..],
            3 or 4 => text[..from] + Pick(s_texts) + text[from..],
            5 or 6 => Replace(text, from, char.IsAsciiDigit, Pick(s_numbers)),
            7 or 8 => Replace(text, from, char.IsLetterOrDigit, Pick(s_texts)),
            9 => text[..from],
            10 => text[..from] + Tail(others[random.Next(others.Count)]),
            11 => text[..from] + (char)random.Next(256) + text[from..],
            12 => text[..from] + Repeat(text[from..Math.Min(to, from + 64)]) + text[from..],
            _ => text[..from] + Pick("[[[[", "{\"a\":", "((((", "\"", "<a>") + text[from..],
        };
    }

    /// <summary>A place in the text, and one behind it that is mostly near.</summary>
    private (int From, int To) Range(string text)
    {
        if (text.Length == 0) return (0, 0);
        var from = random.Next(text.Length);
        return (from, Math.Min(text.Length, from + 1 + random.Next(random.Next(4) == 0 ? text.Length : 8)));
    }

    private static string Replace(string text, int from, Func<char, bool> isPart, string by)
    {
        while (from < text.Length && !isPart(text[from])) from++;
        var start = from;
        while (start > 0 && isPart(text[start - 1])) start--;
        while (from < text.Length && isPart(text[from])) from++;
        return text[..start] + by + text[from..];
    }

    private string Tail(string other) => other.Length == 0 ? other : other[random.Next(other.Length)..];

    private string Repeat(string piece)
    {
        var times = random.Next(20) == 0 ? LongestRepetition / Math.Max(1, piece.Length) : random.Next(40);
        return string.Concat(Enumerable.Repeat(piece, times));
    }

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
