namespace BearerTools.JsonProbe;

/// <summary>What stands between the quotes: texts, escapes, and much that is or looks like a date.</summary>
/// <param name="random">Decides.</param>
/// <param name="odd">Also dates that ConvertFrom-Json fails by.</param>
internal sealed class JsonStrings(Random random, bool odd)
{
    private static readonly string[] s_texts =
        ["a", "hello world", "x y", "true", "12", "null", "Ω", "2020-01-01", "2020-01-01 00:00:00", "12:34:56", "1234-56-78T", "a longer text than the others are, of which no two need be alike"];

    private static readonly string[] s_escapes =
        ["\\n", "\\u00e9", "\\ud83d\\ude00", "\U0001F600", "é", "\\\\", "\\\"", "\\/", "\\b\\f\\r\\t", "\\u0000", "\u2028"];

    private static readonly string[] s_zones =
        ["", "Z", "z", "+00:00", "+02:00", "-0530", "+14:00", "-13:59", ":30", "+1", "+5:30", "+02", "Z ", "12", "123", "-00", "+0200 ", "x", ":", ":1", "+01:"];

    /// <summary>East of Greenwich ConvertFrom-Json -DateKind Offset fails by those that are none.</summary>
    private static readonly string[] s_halfOffsets = ["", "+0100", "-0530", "-1", "+0x00", "+01x0", "+010", "-05300"];

    public string Next() => random.Next(12) switch
    {
        0 => "",
        1 or 2 => Iso(),
        3 => Microsoft(),
        4 or 5 => random.Pick(s_escapes) + random.Pick("a", "bcd", "") + random.Pick(s_escapes),
        _ => random.Pick(s_texts),
    };

    /// <summary>A date as ISO 8601 has it, often with something wrong.</summary>
    private string Iso()
    {
        var date = $"{Year()}-{Part(12, 15, 1)}-{Part(28, 35, 1)}T{Hour()}:{Part(60, 62)}:{Part(60, 62)}";
        if (random.Next(2) == 0) date += "." + random.Digits(random.Next(10));
        date += odd && random.Next(10) == 0 ? random.Pick("+15:00", "+99:99") : random.Pick(s_zones);
        // What is changed behind the seconds may become an offset that ConvertFrom-Json fails by.
        var at = random.Next(odd ? date.Length : "yyyy-MM-ddTHH:mm:ss".Length);
        return random.Next(20) switch
        {
            0 => date[..at],
            1 => date.Remove(at, 1),
            2 => date.Insert(at, random.Pick("x", "0", " ", "-", "T")),
            3 => date.Replace("-", "\\u002d", StringComparison.Ordinal),
            _ => date,
        };
    }

    /// <summary>Milliseconds since 1970 in a form of Microsoft's, often with something wrong.</summary>
    private string Microsoft()
    {
        var milliseconds = random.Pick("", "-") + random.Digits(random.Next(1, 14));
        // Beyond the year 9999; further on ConvertFrom-Json overflows, and begins anew.
        if (odd && random.Next(10) == 0) milliseconds = "3" + random.Digits(14);
        var offset = odd ? random.Pick(s_halfOffsets) : random.Pick("", "+0100", "-0530", "+01");
        // Without an escape ConvertFrom-Json reads the minutes of an offset only near the beginning of a document.
        return random.Next(2) == 0
            ? "/Date(" + milliseconds + random.Pick("", "+01", "-05") + random.Pick(")/", ")", ")/ ")
            : random.Pick("\\/Date(", "\\/Date\\u0028") + milliseconds + offset + random.Pick(")/", ")\\/", ")", ")/ ");
    }

    private string Year() => odd && random.Next(10) == 0 ? random.Pick("0000", "0001", "9999") : $"{1900 + random.Next(200)}";

    private string Hour() => random.Next(20) == 0 ? "24" : $"{random.Next(24):00}";

    /// <summary>A part of a date, seldom beyond its range.</summary>
    private string Part(int range, int beyond, int from = 0) => $"{from + random.Next(random.Next(20) == 0 ? beyond : range):00}";
}
