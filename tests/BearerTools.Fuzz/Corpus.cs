using System.Text.Json;

namespace BearerTools.Fuzz;

/// <summary>
/// Inputs that once broke a parser, in a file for each: a JSON string a line, whose characters up to U+00FF may stand for bytes.
/// Lines that begin with # say what was found.
/// </summary>
internal static class Corpus
{
    private static readonly string s_folder = Path.Join(AppContext.BaseDirectory, "Corpus");

    public static IEnumerable<string> Names => Directory.EnumerateFiles(s_folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)!);

    public static IEnumerable<string> Of(string parser)
    {
        var file = Path.Join(s_folder, parser + ".txt");
        return File.Exists(file) ? File.ReadLines(file).Where(line => line.StartsWith('"')).Select(line => JsonSerializer.Deserialize<string>(line)!) : [];
    }
}
