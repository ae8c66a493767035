namespace BearerTools.Profiles.Saved;

/// <summary>Paths in a file of profiles: absolute, or below the home folder. They must not depend on the current location.</summary>
internal static class ProfilePath
{
    public const string FilePrefix = "file:";
    private const int LongestScheme = 16;

    /// <summary>False if the value contains a path that depends on the current location.</summary>
    public static bool IsUsable(ProfilePlace place, string value) =>
        Of(place, value) is not { } path || IsInHome(path) || Path.IsPathFullyQualified(path);

    /// <summary>The path in a value, or <see langword="null"/> if it refers to something other than a file.</summary>
    public static string? Of(ProfilePlace place, string value)
    {
        if (value.StartsWith(FilePrefix, StringComparison.OrdinalIgnoreCase)) return value[FilePrefix.Length..];
        return place == ProfilePlace.PathOrReference && !HasScheme(value) ? value : null;
    }

    /// <summary>The full path of a usable one.</summary>
    public static string Full(string path) => IsInHome(path)
        ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..])
        : path;

    private static bool IsInHome(string path) => path.StartsWith("~/", StringComparison.Ordinal);

    /// <summary>True for the scheme of a reference. A drive of Windows has one letter.</summary>
    private static bool HasScheme(string value) => value.IndexOf(':', StringComparison.Ordinal) is > 1 and <= LongestScheme and var colon
        && value[..colon].All(char.IsAsciiLetter);
}
