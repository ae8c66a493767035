using System.Text;
using System.Text.Json;
using BearerTools.Json;
using BearerTools.Profiles.Saved;

namespace BearerTools.Profiles.Import;

/// <summary>A JSON file of another tool.</summary>
internal sealed class ForeignJson
{
    private readonly string _path;
    private readonly byte[] _text;

    private ForeignJson(string path, byte[] text)
    {
        _path = path;
        _text = text;
        try
        {
            Root = JsonFileParser.Parse(text);
        }
        catch (JsonFileException e)
        {
            throw Error(e.Offset, $"It is not valid JSON. {ProfileFile.Shown(e.Message).TrimEnd('.')}.");
        }

        if (Root.Kind != JsonValueKind.Object) throw Error(Root.Start, "The file does not contain a JSON object.");
    }

    public JsonFileNode Root { get; }

    /// <exception cref="BearerTokenException">The content is not a JSON object.</exception>
    public static ForeignJson Parse(string path, byte[] content) =>
        new(path, content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? content[Encoding.UTF8.Preamble.Length..] : content);

    public BearerTokenException Error(int offset, string message) => ForeignFile.Error(Place(offset), message);

    /// <summary>The file, and the line and column of an offset.</summary>
    public string Place(int offset)
    {
        var (line, column) = JsonFileParser.Position(_text, offset);
        return $"{_path}, line {line}, column {column}";
    }
}

/// <summary>Errors of files of other tools.</summary>
internal static class ForeignFile
{
    public static BearerTokenException Error(string place, string message) => new($"{place}: {message}")
    {
        ErrorId = "ImportFileInvalid",
        Kind = BearerErrorKind.InvalidData,
        NextStep = "Correct the file in the tool that wrote it, or in an editor.",
    };
}
