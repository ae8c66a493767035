using System.Text.RegularExpressions;

namespace BearerTools.Tests.Conventions;

/// <summary>Which folder of Core may use which, and who breaks it.</summary>
internal static class FolderRules
{
    private const string Layer = "BearerTools";

    /// <summary>What lies directly in the project, the contract of errors and the text of times, serves all and uses none.</summary>
    private static readonly Dictionary<string, string[]> s_mayUse = new(StringComparer.Ordinal)
    {
        [""] = [],
        ["Security"] = [],
        ["Json"] = [],
        ["Diagnostics"] = ["Security"],
        ["Tokens"] = ["Diagnostics", "Security"],
        ["Storage"] = ["Diagnostics", "Security", "Tokens"],
        ["Grants"] = ["Diagnostics", "Security", "Tokens"],
        ["Entra"] = ["Diagnostics", "Grants", "Security", "Storage", "Tokens"],
        ["Http"] = ["Diagnostics", "Security", "Tokens"],
        ["Running"] = ["Diagnostics", "Http", "Json", "Security", "Tokens"],
        ["Fleet"] = ["Diagnostics", "Grants", "Http", "Security", "Storage", "Tokens"],
        ["Profiles"] = ["Fleet", "Grants", "Http", "Json", "Security", "Storage", "Tokens"],
        ["Mocking"] = ["Http", "Json", "Security", "Tokens"],
        ["Composition"] = ["Diagnostics", "Entra", "Fleet", "Grants", "Http", "Json", "Mocking", "Profiles", "Running", "Security", "Storage", "Tokens"],
        ["Checks"] = ["Composition", "Diagnostics", "Grants", "Http", "Security", "Storage", "Tokens"],
    };

    /// <summary>The folders of Core, and the folders that each may use.</summary>
    public static IReadOnlyDictionary<string, string[]> MayUse => s_mayUse;

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
            \b{Layer}\s*\.\s*{folder}\b
            |(?<![\w.]){folder}\s*\.\s*{AnyOf(files)}\b
            |(?:(?<![\w.])|\b{Layer}\s*\.\s*){AnyOf(files.Where(file => file.Namespace == Layer))}\b
            """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant);
    }
}
