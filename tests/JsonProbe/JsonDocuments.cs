using System.Globalization;

namespace BearerTools.JsonProbe;

/// <summary>Makes JSON documents without end, the same ones for the same seed.</summary>
/// <param name="random">Decides.</param>
/// <param name="odd">Also what ConvertFrom-Json refuses: names that clash, dates that are none.</param>
internal sealed class JsonDocuments(Random random, bool odd)
{
    private const int DeepestNesting = 6;

    private static readonly string[] s_blanks = [" ", "\n", "\t", "\r\n", "  "];

    private static readonly string[] s_plainNames = ["a", "b", "c", "id", "name", "value", "items", "x1", "x2", "x3", "x4", "x5", "x6"];

    private static readonly string[] s_strangeNames =
        ["\\u0061", "é", "\\n", "$ref", "$id", "$type", "$values", "__proto__", "Count", "Length", "Keys", "\U0001F600", " ", "d.e", "@odata.nextLink"];

    private static readonly string[] s_clashingNames = ["", "A", "ID", "Id", "NAME", "PSObject", "psbase", "PSTypeNames", "É"];

    private readonly JsonStrings _strings = new(random, odd);

    public string Next() => $"{Space()}{Value(0)}{Space()}";

    private string Value(int depth) => random.Next(depth > DeepestNesting ? 6 : 9) switch
    {
        0 => "null",
        1 => random.Next(2) == 0 ? "true" : "false",
        2 or 3 => Number(),
        4 or 5 => $"\"{_strings.Next()}\"",
        6 => $"[{Space()}{Joined(5, () => Value(depth + 1) + Space())}]",
        _ => $"{{{Space()}{Joined(7, () => $"\"{Name()}\"{Blank()}:{Space()}{Value(depth + 1)}{Space()}")}}}",
    };

    /// <summary>Fewer than so many members, sometimes with a comma too many, which ConvertFrom-Json reads over.</summary>
    private string Joined(int most, Func<string> member)
    {
        var members = Enumerable.Range(0, random.Next(most)).Select(_ => member()).ToArray();
        var text = string.Join("," + Space(), members);
        return members.Length > 0 && random.Next(50) == 0 ? text + "," : text;
    }

    private string Name()
    {
        if (odd && random.Next(12) == 0) return random.Pick(s_clashingNames);
        return random.Pick(random.Next(20) == 0 ? s_strangeNames : s_plainNames);
    }

    private string Number() => random.Next(13) switch
    {
        0 => random.Pick("0", "-0", "-0.0", "1.0", "0.1", "1E+5", "-1e-5", "0e0", "100.00"),
        1 => random.Pick("9223372036854775807", "-9223372036854775808", "9223372036854775808", "-9223372036854775809"),
        2 => $"1e{random.Next(-330, 309)}",
        3 => $"0.{random.Digits(random.Next(1, 25))}",
        4 => $"-{random.Next(1, 9)}{random.Digits(random.Next(25))}",
        5 => $"{random.Next(1, 9)}{random.Digits(random.Next(25))}",
        6 or 7 => $"{random.Next(1, 100_000)}.{random.Digits(3)}",
        _ => random.Next(-1000, 1_000_000).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>What may stand anywhere but before a colon, where ConvertFrom-Json reads no comment.</summary>
    private string Space() => random.Next(30) == 0 ? "/*c*/" : Blank();

    private string Blank() => random.Next(8) == 0 ? random.Pick(s_blanks) : "";
}
