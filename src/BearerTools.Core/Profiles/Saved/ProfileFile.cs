using System.Text;
using System.Text.Json;
using BearerTools.Json;
using BearerTools.Security;

namespace BearerTools.Profiles.Saved;

/// <summary>The content of a file of saved profiles. Immutable; errors in it name the file, the line and the column.</summary>
internal sealed class ProfileFile
{
    public const string SchemaName = "$schema";
    public const string ProfilesName = "profiles";

    private readonly byte[] _text;

    private ProfileFile(string path, byte[] text, bool hasMark)
    {
        Path = path;
        _text = text;
        HasMark = hasMark;
        try
        {
            Root = JsonFileParser.Parse(text);
        }
        catch (JsonFileException e)
        {
            throw Error(e.Offset, $"It is not valid JSON. {ErrorEnd(e.Message)}", "Correct the file in an editor.");
        }

        if (Root.Kind != JsonValueKind.Object) throw Error(Root.Start, "The file does not contain a JSON object.", "Start it with {.");
        foreach (var member in Distinct(Root))
        {
            if (member.Name is SchemaName or ProfilesName) continue;
            throw Error(
                member.Start, $"'{Shown(member.Name)}' is not a field of the file.", $"Put profiles into \"{ProfilesName}\": {{ }}.");
        }

        Profiles = Root.Member(ProfilesName)?.Value;
        if (Profiles is null) return;
        if (Profiles.Kind != JsonValueKind.Object)
            throw Error(Profiles.Start, $"\"{ProfilesName}\" is not an object.", "Give it one member for each profile: \"NAME\": { }.");
        foreach (var profile in Distinct(Profiles))
        {
            if (!ProfileName.IsValid(profile.Name))
                throw Error(profile.Start, $"'{Shown(profile.Name)}' is not a valid profile name.", ProfileName.Rule);
        }
    }

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    /// <summary>The text, without a byte-order mark.</summary>
    public ReadOnlySpan<byte> Text => _text;

    /// <summary>True if the file begins with a byte-order mark.</summary>
    public bool HasMark { get; }

    public JsonFileNode Root { get; }

    /// <summary>The object of all profiles, or <see langword="null"/> if the file has none.</summary>
    public JsonFileNode? Profiles { get; }

    public IReadOnlyList<string> Names => [.. Profiles?.Members.Select(profile => profile.Name) ?? []];

    /// <param name="path">Full path, for errors.</param>
    /// <param name="content">The content of the file.</param>
    /// <exception cref="BearerTokenException">The content is not valid.</exception>
    public static ProfileFile Parse(string path, byte[] content)
    {
        var hasMark = content.AsSpan().StartsWith(Encoding.UTF8.Preamble);
        return new ProfileFile(path, hasMark ? content[Encoding.UTF8.Preamble.Length..] : content, hasMark);
    }

    /// <summary>The profile, or <see langword="null"/>. Names are not case-sensitive.</summary>
    public JsonFileMember? Find(string name) =>
        Profiles?.Members.FirstOrDefault(profile => profile.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Members of an object.</summary>
    /// <exception cref="BearerTokenException">Two members have the same name. Case is ignored.</exception>
    public IReadOnlyList<JsonFileMember> Distinct(JsonFileNode node)
    {
        var names = new Dictionary<string, JsonFileMember>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in node.Members)
        {
            if (names.TryAdd(member.Name, member)) continue;
            var first = JsonFileParser.Position(_text, names[member.Name].Start);
            throw Error(
                member.Start, $"'{Shown(member.Name)}' occurs twice; the first is in line {first.Line}. Names are not case-sensitive.",
                "Remove or rename one of them.");
        }

        return node.Members;
    }

    /// <summary>An error at a position of the file.</summary>
    public BearerTokenException Error(int offset, string message, string nextStep) =>
        new($"{Place(offset)}: {message}") { ErrorId = "ProfileFileInvalid", Kind = BearerErrorKind.InvalidData, NextStep = nextStep };

    /// <summary>The file, and the line and column of an offset.</summary>
    public string Place(int offset)
    {
        var (line, column) = JsonFileParser.Position(_text, offset);
        return $"{Path}, line {line}, column {column}";
    }

    /// <summary>The line of an offset, from 1.</summary>
    public int Line(int offset) => JsonFileParser.Position(_text, offset).Line;

    /// <summary>Text of the file for a message: it may have been written by someone else.</summary>
    public static string Shown(string text) => ServerText.Clean(text, ProfileName.MaxLength);

    private static string ErrorEnd(string reason) => Shown(reason).TrimEnd('.') + ".";
}
