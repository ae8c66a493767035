using System.Text.RegularExpressions;

namespace BearerTools.Tests.Conventions;

/// <summary>The files of a room as they stand in the checkout.</summary>
internal static partial class Sources
{
    public static string Root { get; } = FindRoot();

    public static SourceFile[] Of(string project) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Path.Combine(Root, project), path).Replace('\\', '/'))
            .Where(path => !Built().IsMatch(path))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path, File.ReadAllText(Path.Combine(Root, project, path)))),
    ];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "BearerTools.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run within a checkout.");
    }

    [GeneratedRegex("(^|/)(bin|obj)/")]
    private static partial Regex Built();
}

/// <summary>One file: where it is within its room, and what it declares and uses.</summary>
internal sealed partial class SourceFile(string path, string text)
{
    private readonly string _code = SourceText.CodeOf(text);

    public string Path => path;

    /// <summary>The first folder, or nothing for a file that lies directly in the room.</summary>
    public string Folder => path.Contains('/', StringComparison.Ordinal) ? path[..path.IndexOf('/', StringComparison.Ordinal)] : string.Empty;

    public string Code => _code;

    public string Text => text;

    public int Lines => text.AsSpan().TrimEnd().Count('\n') + 1;

    public string Namespace => NamespaceLine().Match(_code).Groups["name"].Value;

    /// <summary>The types that are not inside others: with file-scoped namespaces they begin their line.</summary>
    public IEnumerable<(string Name, bool IsPublic)> Types =>
        Declaration().Matches(_code).Select(match => (match.Groups["name"].Value, match.Groups["modifiers"].Value.Contains("public", StringComparison.Ordinal)));

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^(?<modifiers>(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*)(?:record\s+(?:class|struct)|class|struct|interface|enum|record|delegate\s+[\w<>?,.\s]+?)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
