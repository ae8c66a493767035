using System.Buffers;
using System.Globalization;
using System.Text;

namespace BearerTools.Security;

/// <summary>
/// Text by which a user decides: characters that cannot be seen, or that change the direction of the text, are written as escapes such as
/// <c>\u202E</c>, and not removed.
/// </summary>
internal static class VisibleText
{
    /// <summary>Letters, marks and symbols that are blank, although their category says otherwise.</summary>
    private static readonly int[] s_blank =
        [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0];

    public static string Of(string text)
    {
        var shown = new StringBuilder(text.Length);
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            var isValid = Rune.DecodeFromUtf16(rest, out var rune, out var length) == OperationStatus.Done;
            if (isValid && !Hides(rune)) shown.Append(rest[..length]);
            else if (isValid && !rune.IsBmp) shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}");
            else shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)rest[0]:X4}");
            rest = rest[length..];
        }

        return shown.ToString();
    }

    /// <summary>True if a part of the text cannot be seen.</summary>
    public static bool HidesAny(string text) => Of(text) != text;

    private static bool Hides(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.SpaceSeparator => rune.Value != ' ',
        // Those that select the variant of a character.
        UnicodeCategory.NonSpacingMark when rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) => true,
        _ => Array.IndexOf(s_blank, rune.Value) >= 0,
    };
}
