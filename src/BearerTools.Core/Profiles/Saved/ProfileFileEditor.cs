using System.Text;
using BearerTools.Json;

namespace BearerTools.Profiles.Saved;

/// <summary>
/// Changes one profile in the text of a file. Everything else stays as it is, byte for byte: comments, order and line ends.
/// </summary>
internal static class ProfileFileEditor
{
    private const string Indent = "  ";

    /// <summary>A new file with one profile.</summary>
    public static byte[] Create(string schema, string name, string definition) => Encoding.UTF8.GetBytes(
        $$"""
        {
          "{{ProfileFile.SchemaName}}": "{{schema}}",
          "{{ProfileFile.ProfilesName}}": {
            "{{name}}": {{Indented(definition, 2)}}
          }
        }

        """.Replace("\r\n", "\n", StringComparison.Ordinal));

    /// <summary>Replaces the definition of a profile, or adds the profile at the end.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The name, without characters that JSON escapes.</param>
    /// <param name="definition">The JSON of the definition, with two spaces for each level.</param>
    public static byte[] Set(ProfileFile file, string name, string definition)
    {
        if (file.Find(name) is { } existing)
            return Replace(file, existing.Value.Start, existing.Value.End, Indented(definition, 2));
        return file.Profiles is { } profiles
            ? Add(file, profiles, $"\"{name}\": {Indented(definition, 2)}", 1)
            : Add(file, file.Root, $"\"{ProfileFile.ProfilesName}\": {{\n    \"{name}\": {Indented(definition, 2)}\n  }}", 0);
    }

    /// <summary>Removes a profile. Comments before it stay.</summary>
    public static byte[] Remove(ProfileFile file, JsonFileMember profile)
    {
        var text = file.Text;
        var (start, end) = (profile.Start, profile.Value.End);
        if (Comma(text, end, file.Profiles!.End) is { } after)
        {
            // Comments between the profile and its comma go with it.
            end = after + 1;
        }
        else if (file.Profiles.Members.TakeWhile(member => member != profile).LastOrDefault() is { } previous
            && Comma(text, previous.Value.End, start) is { } before)
        {
            // First what is later, so that the offset of the comma stays valid.
            var shortened = Cut(text, start, end, string.Empty);
            return Cut(shortened, before, before + 1, string.Empty, file.HasMark, wholeLines: false);
        }

        return Cut(text, start, end, string.Empty, file.HasMark);
    }

    private static byte[] Replace(ProfileFile file, int start, int end, string text) =>
        Cut(file.Text, start, end, Lines(file, text), file.HasMark, wholeLines: false);

    private static byte[] Add(ProfileFile file, JsonFileNode parent, string member, int level)
    {
        var text = file.Text;
        var close = parent.End - 1;
        var last = parent.Members.Count > 0 ? parent.Members[^1] : null;
        var needsComma = last is not null && Comma(text, last.Value.End, close) is null;
        var lineStart = text[..close].LastIndexOf((byte)'\n') + 1;
        var inner = string.Concat(Enumerable.Repeat(Indent, level + 1));
        // The closing brace has a line of its own, or gets one.
        var added = text[lineStart..close].Trim(" \t"u8).IsEmpty && lineStart > parent.Start
            ? (At: lineStart, Text: $"{inner}{member}\n")
            : (At: close, Text: $"\n{inner}{member}\n{string.Concat(Enumerable.Repeat(Indent, level))}");
        var result = Cut(text, added.At, added.At, Lines(file, added.Text), file.HasMark && !needsComma, wholeLines: false);
        return needsComma ? Cut(result, last!.Value.End, last.Value.End, ",", file.HasMark, wholeLines: false) : result;
    }

    /// <summary>Replaces a range. If nothing else is on its lines, they are removed as a whole.</summary>
    private static byte[] Cut(ReadOnlySpan<byte> text, int start, int end, string added, bool hasMark = false, bool wholeLines = true)
    {
        if (wholeLines)
        {
            var lineStart = text[..start].LastIndexOf((byte)'\n') + 1;
            var lineEnd = text[end..].IndexOf((byte)'\n') is >= 0 and var rest ? end + rest + 1 : text.Length;
            if (text[lineStart..start].Trim(" \t"u8).IsEmpty && text[end..lineEnd].Trim(" \t\r\n"u8).IsEmpty)
                (start, end) = (lineStart, lineEnd);
        }

        return [.. hasMark ? Encoding.UTF8.Preamble : [], .. text[..start], .. Encoding.UTF8.GetBytes(added), .. text[end..]];
    }

    /// <summary>Offset of the first comma that is not in a comment, or <see langword="null"/>.</summary>
    private static int? Comma(ReadOnlySpan<byte> text, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (text[i] == ',') return i;
            if (text[i] != '/') continue;
            var isLine = text[i + 1] == '/';
            var length = text[(i + 2)..].IndexOf(isLine ? "\n"u8 : "*/"u8);
            if (length < 0) return null;
            i += length + (isLine ? 2 : 3);
        }

        return null;
    }

    private static string Indented(string definition, int levels) =>
        definition.Replace("\n", "\n" + string.Concat(Enumerable.Repeat(Indent, levels)), StringComparison.Ordinal);

    private static string Lines(ProfileFile file, string text) =>
        file.Text.IndexOf("\r\n"u8) >= 0 ? text.Replace("\n", "\r\n", StringComparison.Ordinal) : text;
}
