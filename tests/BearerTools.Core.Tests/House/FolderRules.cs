using System.Text.RegularExpressions;

namespace BearerTools.Tests.House;

/// <summary>Which folder of Core may use which, and who breaks it.</summary>
internal static class FolderRules
{
    private const string Room = "BearerTools";

    /// <summary>What lies directly in the room, the contract of errors, serves all and uses none.</summary>
    private static readonly Dictionary<string, string[]> s_mayUse = new(StringComparer.Ordinal)
    {
        [""] = [],
        ["Tokens"] = [],
        ["Json"] = [],
        ["Storage"] = ["Tokens"],
        ["Tracing"] = ["Tokens"],
        ["Entra"] = ["Grants", "Storage", "Tokens", "Tracing"],
        ["Grants"] = ["Tokens", "Tracing"],
        ["Http"] = ["Tokens", "Tracing"],
        ["Running"] = ["Http", "Json", "Tokens", "Tracing"],
    };

    public static IEnumerable<string> Broken(IReadOnlyCollection<SourceFile> files)
    {
        foreach (var unknown in files.Select(file => file.Folder).Distinct().Where(folder => !s_mayUse.ContainsKey(folder)))
            yield return $"{unknown}/ is a new folder: say what it may use.";

        foreach (var used in files.Where(file => file.Folder.Length > 0).ToLookup(file => file.Folder))
        {
            var use = UseOf(used.Key, used);
            foreach (var file in files.Where(file => file.Folder != used.Key && !s_mayUse.GetValueOrDefault(file.Folder, []).Contains(used.Key)))
            {
                if (use.Match(file.Code) is { Success: true } found) yield return $"{file.Path} uses {used.Key}: {found.Value}";
            }
        }
    }

    /// <summary>
    /// What makes a file depend on a folder: the folder's namespace, a type behind the last part of the namespace, or a type
    /// that lives in the room's own namespace and needs no using.
    /// </summary>
    private static Regex UseOf(string folder, IEnumerable<SourceFile> files)
    {
        static string AnyOf(IEnumerable<SourceFile> files) => $"(?:{string.Join('|', files.SelectMany(file => file.Types).Select(type => type.Name).DefaultIfEmpty("(?!)"))})";
        return new Regex($"""
            \b{Room}\s*\.\s*{folder}\b
            |(?<![\w.]){folder}\s*\.\s*{AnyOf(files)}\b
            |(?:(?<![\w.])|\b{Room}\s*\.\s*){AnyOf(files.Where(file => file.Namespace == Room))}\b
            """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant);
    }
}
