using System.Text.RegularExpressions;

namespace BearerTools.Tests.Conventions;

/// <summary>The document on the architecture, compared with the source files.</summary>
internal sealed partial class ArchitectureMap(string text)
{
    private const string Core = "src/BearerTools.Core/";

    private static readonly string[] s_projects = [Core, "src/BearerTools/", "src/BearerTools.Msal/", "src/BearerTools.Keyring/", "src/BearerTools.Redis/"];
    private static readonly ILookup<string, SourceFile> s_types = s_projects
        .Concat(["tests/BearerTools.Core.Tests/"])
        .SelectMany(project => Sources.Of(project))
        .SelectMany(file => file.Types.Select(type => (type.Name, File: file)))
        .ToLookup(type => type.Name, type => type.File, StringComparer.Ordinal);

    /// <summary>The projects and their first-level folders that the document does not name.</summary>
    public IEnumerable<string> MissingFolders()
    {
        var named = Paths().ToHashSet(StringComparer.Ordinal);
        return s_projects
            .SelectMany(project => Sources.Of(project).Where(file => file.Folder.Length > 0).Select(file => $"{project}{file.Folder}/").Prepend(project))
            .Distinct()
            .Where(folder => !named.Contains(folder));
    }

    /// <summary>The paths below src that the document names and that do not exist.</summary>
    public IEnumerable<string> UnknownPaths() => Paths().Where(path => !Path.Exists(Path.Combine(Sources.Root, path)));

    /// <summary>The types, and the members of types, that the document names and that do not exist.</summary>
    public IEnumerable<string> UnknownNames() => QuotedName().Matches(text).Concat(Diagrams().SelectMany(diagram => DiagramName().Matches(diagram)))
        .Select(match => match.Groups["name"].Value)
        .Distinct()
        .Where(name => !Exists(name));

    /// <summary>The folders of Core whose row does not say what <see cref="FolderRules"/> says.</summary>
    /// <param name="onlyNamed">True to look only at the rows that exist.</param>
    public IEnumerable<string> WrongUses(bool onlyNamed = false)
    {
        var rows = UseRow().Matches(text).ToDictionary(match => match.Groups["folder"].Value, match => match.Groups["uses"].Value.Trim());
        return FolderRules.MayUse
            .Where(rule => rule.Key.Length > 0 && (!onlyNamed || rows.ContainsKey(rule.Key)))
            .Where(rule => rows.GetValueOrDefault(rule.Key) != string.Join(", ", rule.Value))
            .Select(rule => rule.Key);
    }

    private IEnumerable<string> Paths() => QuotedPath().Matches(text).Select(match => match.Groups["path"].Value);

    private IEnumerable<string> Diagrams() => Diagram().Matches(text).Select(match => match.Value);

    private static bool Exists(string name)
    {
        var parts = name.Split('.');
        return s_types.Contains(parts[0])
            && parts.Skip(1).All(member => s_types[parts[0]].Any(file => Regex.IsMatch(file.Code, $@"\b{member}\b", RegexOptions.CultureInvariant)));
    }

    [GeneratedRegex("`(?<path>src/[^`]+)`")]
    private static partial Regex QuotedPath();

    /// <summary>A type or a member in backticks. Commands and parameters have a hyphen, and paths a slash.</summary>
    [GeneratedRegex(@"`(?<name>[A-Z]\w*(?:\.[A-Z]\w*)*)`")]
    private static partial Regex QuotedName();

    [GeneratedRegex(@"^```mermaid\n.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Diagram();

    /// <summary>A word of several capitalized parts that is not called: other words are English.</summary>
    [GeneratedRegex(@"\b(?<name>(?:I|PS|DPoP)?[A-Z][a-z]+[A-Z]\w*(?:\.[A-Z]\w*)*)\b(?!\()")]
    private static partial Regex DiagramName();

    [GeneratedRegex(@"^\| `src/BearerTools\.Core/(?<folder>\w+)/` \|[^|]*\|(?<uses>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex UseRow();
}
