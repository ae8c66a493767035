using System.Globalization;
using System.Text;

namespace BearerTools.Running.Files;

/// <summary>
/// Reduces a name that a server chose to one that is harmless on every system: it stays in its folder, is not hidden, steers no
/// terminal and means no device.
/// </summary>
internal static class SafeFileName
{
    /// <summary>File systems allow 255 bytes; parts need some for their own names.</summary>
    private const int MaxBytes = 200;

    private const int MaxExtension = 20;

    /// <summary>Characters that Windows does not allow, or takes for a stream or a pattern.</summary>
    private const string Reserved = "<>:\"|?*";

    private static readonly HashSet<string> s_devices = new(StringComparer.OrdinalIgnoreCase) { "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$" };

    /// <param name="text">What the server wrote. Only what follows the last separator counts.</param>
    /// <returns><see langword="null"/> if no name is left.</returns>
    public static string? From(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.AsSpan(text.LastIndexOfAny(['/', '\\']) + 1).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune)) kept.Append(' ');
            else if (rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned) continue;
            else if (rune.IsAscii && Reserved.Contains((char)rune.Value, StringComparison.Ordinal)) kept.Append('_');
            else kept.Append(rune.ToString());
        }

        // Hidden on Unix with a dot at the start; Windows drops dots and spaces at the end.
        var name = Shortened(kept.ToString().TrimStart('.', ' ').TrimEnd('.', ' ')).TrimEnd('.', ' ');
        if (name.Length == 0) return null;
        if (IsDevice(name)) name = "_" + name;
        return name.Contains(PartialFile.Suffix, StringComparison.OrdinalIgnoreCase) ? name + "_" : name;
    }

    private static bool IsDevice(string name)
    {
        var stem = name.Split('.')[0].TrimEnd(' ');
        return s_devices.Contains(stem)
            || (stem.Length == 4 && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase)) && "0123456789¹²³".Contains(stem[3], StringComparison.Ordinal));
    }

    /// <summary>At most so many bytes, with its extension.</summary>
    private static string Shortened(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MaxBytes) return name;
        var extension = Path.GetExtension(name) is { Length: <= MaxExtension } known ? known : string.Empty;
        var left = MaxBytes - Encoding.UTF8.GetByteCount(extension);
        var stem = new StringBuilder();
        foreach (var rune in name.AsSpan(0, name.Length - extension.Length).EnumerateRunes())
        {
            if ((left -= rune.Utf8SequenceLength) < 0) break;
            stem.Append(rune.ToString());
        }

        return stem + extension;
    }
}
