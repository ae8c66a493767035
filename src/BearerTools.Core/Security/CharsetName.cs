using System.Text;

namespace BearerTools.Security;

/// <summary>Finds encodings by the names that messages give them.</summary>
internal static class CharsetName
{
    /// <summary>Names that servers and scripts use (https://encoding.spec.whatwg.org/#names-and-labels).</summary>
    private static readonly Dictionary<string, string> s_aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["utf8"] = "utf-8",
        ["unicode11utf8"] = "utf-8",
        ["x-unicode20utf8"] = "utf-8",
        ["utf16"] = "utf-16",
        ["utf16le"] = "utf-16",
        ["utf-16le"] = "utf-16",
        ["utf16be"] = "utf-16BE",
        ["utf32"] = "utf-32",
        ["latin-1"] = "iso-8859-1",
        ["iso88591"] = "iso-8859-1",
        ["iso8859-1"] = "iso-8859-1",
        ["cp1252"] = "windows-1252",
    };

    /// <summary>
    /// Returns the encoding; <see langword="null"/> if there is none of that name, or .NET refuses it as unsafe (UTF-7). The name may be
    /// quoted.
    /// </summary>
    public static Encoding? Find(string? name)
    {
        name = name?.Trim('"', '\'');
        if (string.IsNullOrEmpty(name)) return null;
        try
        {
            return Encoding.GetEncoding(s_aliases.GetValueOrDefault(name, name));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
