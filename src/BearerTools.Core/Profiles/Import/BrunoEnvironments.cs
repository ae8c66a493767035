using System.Text;

namespace BearerTools.Profiles.Import;

/// <summary>
/// Reads an environment of a Bruno collection: <c>vars { name: value }</c>, and names of secrets in <c>vars:secret [ name ]</c>. Values of
/// these secrets are not in the file. See https://docs.usebruno.com/bru-lang/language.
/// </summary>
internal static class BrunoEnvironments
{
    public const string CollectionName = "bruno.json";
    public const string Folder = "environments";
    public const string Extension = ".bru";
    private const string Variables = "vars";
    private const string Secrets = "vars:secret";

    /// <summary>Encloses a text of several lines.</summary>
    private const string Fence = "'''";

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="path">Full path of the file, whose name is that of the environment.</param>
    /// <param name="content">The content of the file.</param>
    /// <exception cref="BearerTokenException">The content is not valid.</exception>
    public static ForeignEnvironment Read(string path, byte[] content)
    {
        string text;
        try
        {
            text = s_strict.GetString(content).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException e)
        {
            throw ForeignFile.Error($"{path}, offset {e.Index}", "The file is not UTF-8.");
        }

        var lines = text.Split('\n');
        var variables = new List<ForeignVariable>();
        for (var line = 0; line < lines.Length; line++)
        {
            var start = lines[line].Trim();
            // Outside of blocks, a line may name a property of the environment, such as its color.
            if (start.Length == 0) continue;
            if (start[^1] is not ('{' or '[' or ']' or '}') && start.Contains(':', StringComparison.Ordinal)) continue;
            line = start switch
            {
                [.. var name, '{'] => Block(path, lines, line, name.Trim() == Variables ? variables : []),
                [.. var name, '['] => List(path, lines, line, string.Empty, name.Trim() == Secrets ? variables : []),
                _ when start.EndsWith(']') && start.IndexOf('[', StringComparison.Ordinal) is > 0 and var open =>
                    List(path, lines, line, start[(open + 1)..], start[..open].Trim() == Secrets ? variables : []),
                _ => throw Wrong(path, lines, line, "This is neither a block such as vars { nor a list such as vars:secret [."),
            };
        }

        return new ForeignEnvironment(Path.GetFileNameWithoutExtension(path), $"{path}, line 1, column 1", variables);
    }

    /// <summary>Reads a block, and returns the number of its last line.</summary>
    private static int Block(string path, string[] lines, int first, List<ForeignVariable> variables)
    {
        for (var line = first + 1; line < lines.Length; line++)
        {
            // The brace that ends a block is the first character of a line.
            if (lines[line].StartsWith('}')) return line;
            var pair = lines[line].Trim();
            if (pair.Length == 0 || pair[0] == '@') continue;
            var colon = pair[0] == '"' ? pair.IndexOf("\":", 1, StringComparison.Ordinal) + 1 : pair.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) throw Wrong(path, lines, line, "A variable is written NAME: VALUE.");
            var (name, value, place) = (pair[..colon].Trim().Trim('"'), pair[(colon + 1)..].Trim(), Place(path, lines, line));
            if (value.StartsWith(Fence, StringComparison.Ordinal)) (value, line) = Fenced(path, lines, line, value);
            // A tilde switches a variable off.
            if (name.Length > 0 && name[0] != '~') variables.Add(new(name, value, false, place));
        }

        throw Wrong(path, lines, first, "The block has no end: a line that begins with }.");
    }

    private static (string Value, int Line) Fenced(string path, string[] lines, int first, string start)
    {
        if (start.Length >= 2 * Fence.Length && start.EndsWith(Fence, StringComparison.Ordinal)) return (start[3..^3].Trim(), first);
        var value = new List<string>();
        for (var line = first + 1; line < lines.Length; line++)
        {
            if (lines[line].TrimStart().StartsWith(Fence, StringComparison.Ordinal)) return (string.Join('\n', value), line);
            value.Add(lines[line].Trim());
        }

        throw Wrong(path, lines, first, $"The text has no end: {Fence}.");
    }

    /// <summary>Reads a list of names, and returns the number of its last line.</summary>
    private static int List(string path, string[] lines, int first, string rest, List<ForeignVariable> variables)
    {
        for (var line = first; ; rest = lines[line])
        {
            var end = rest.IndexOf(']', StringComparison.Ordinal);
            var place = Place(path, lines, line);
            foreach (var name in (end < 0 ? rest : rest[..end]).Split([',', ' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
            {
                if (name[0] != '~') variables.Add(new(name, null, true, place));
            }

            if (end >= 0) return line;
            if (++line == lines.Length) throw Wrong(path, lines, first, "The list has no end: ].");
        }
    }

    private static string Place(string path, string[] lines, int line) =>
        $"{path}, line {line + 1}, column {lines[line].Length - lines[line].TrimStart().Length + 1}";

    private static BearerTokenException Wrong(string path, string[] lines, int line, string message) =>
        ForeignFile.Error(Place(path, lines, line), message);
}
