using BearerTools.Security;

namespace BearerTools.Profiles.Saved;

/// <summary>
/// Profile names appear on command lines and in files: no wildcards, separators or invisible characters.
/// </summary>
internal static class ProfileName
{
    public const int MaxLength = 100;

    /// <summary>What a name may contain, as the end of a sentence.</summary>
    public static string Rule { get; } =
        $"Start with a letter or digit, and use at most {MaxLength} characters: letters, digits, single spaces within the name, and "
            + ". _ - @.";

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength && char.IsLetterOrDigit(name[0])
            && name[^1] != ' ' && !name.Contains("  ", StringComparison.Ordinal) && !VisibleText.HidesAny(name)
            && name.All(letter => char.IsLetterOrDigit(letter) || letter is '.' or '_' or '-' or '@' or ' ');

    /// <exception cref="BearerTokenException">The name is not valid.</exception>
    public static void Check(string name)
    {
        if (IsValid(name)) return;
        var why = name.Trim().Length < name.Length ? ": it begins or ends with white space" : string.Empty;
        throw new BearerTokenException($"'{ServerText.Clean(VisibleText.Of(name), MaxLength)}' is not a valid profile name{why}.")
        {
            ErrorId = "ProfileNameRefused",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = Rule,
        };
    }
}
