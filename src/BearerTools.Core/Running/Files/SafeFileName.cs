using System.Globalization;
using System.Text;

namespace BearerTools.Running.Files;

/// <summary>
/// Reduces a file name that a server chose to one that is safe on every system: no path, not hidden, no control characters, no
/// device name.
/// </summary>
internal static class SafeFileName
{
    /// <summary>File systems allow 255 bytes; partial files add a suffix.</summary>
    private const int MaxBytes = 200;

    private const int MaxExtension = 20;

    /// <summary>Characters that Windows forbids, or interprets as a stream or pattern.</summary>
    private const string Reserved = "<>:\"|?*";

    private static readonly HashSet<string> s_devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$",
    };

    /// <param name="text">The server's text. Only the part after the last separator is used.</param>
    /// <returns>The name; <see langword="null"/> if none is left.</returns>
    public static string? From(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.AsSpan(text.LastIndexOfAny(['/', '\\']) + 1).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune)) kept.Append(' ');
            else if (rune == Rune.ReplacementChar
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned)
                continue;
            else if (rune.IsAscii && Reserved.Contains((char)rune.Value, StringComparison.Ordinal)) kept.Append('_');
            else kept.Append(rune.ToString());
        }

        // A leading dot hides files on Unix; Windows drops trailing dots and spaces.
        var name = Shortened(kept.ToString().TrimStart('.', ' ').TrimEnd('.', ' ')).TrimEnd('.', ' ');
        if (name.Length == 0) return null;
        if (IsDevice(name)) name = "_" + name;
        return name.Contains(PartialFile.Suffix, StringComparison.OrdinalIgnoreCase) ? name + "_" : name;
    }

    private static bool IsDevice(string name)
    {
        var stem = name.Split('.')[0].TrimEnd(' ');
        return s_devices.Contains(stem)
            || (stem.Length == 4
                && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase)
                    || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase))
                && "0123456789¹²³".Contains(stem[3], StringComparison.Ordinal));
    }

    /// <summary>Shortens the name to the maximum length, keeping the extension.</summary>
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
