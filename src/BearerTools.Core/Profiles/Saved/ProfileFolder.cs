namespace BearerTools.Profiles.Saved;

/// <summary>The folder of a user's profiles.</summary>
internal static class ProfileFolder
{
    public const string FileName = "profiles.json";
    private const string UnixName = "bearertools";
    private const string ProperName = "BearerTools";

    /// <summary>Full path of the folder. It may not exist.</summary>
    /// <exception cref="BearerTokenException">The user has no home folder.</exception>
    public static string Path
    {
        get
        {
            if (OperatingSystem.IsWindows())
                return In(Environment.GetEnvironmentVariable("APPDATA"), Environment.SpecialFolder.ApplicationData, ProperName);
            var configured = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
            if (System.IO.Path.IsPathFullyQualified(configured ?? string.Empty)) return System.IO.Path.Join(configured, UnixName);
            return OperatingSystem.IsMacOS()
                ? In(null, Environment.SpecialFolder.UserProfile, "Library/Application Support", ProperName)
                : In(null, Environment.SpecialFolder.UserProfile, ".config", UnixName);
        }
    }

    private static string In(string? known, Environment.SpecialFolder folder, params string[] parts)
    {
        // Without an option, the runtime returns no path for a folder that does not exist yet.
        if (!System.IO.Path.IsPathFullyQualified(known ?? string.Empty))
            known = Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify);
        if (System.IO.Path.IsPathFullyQualified(known ?? string.Empty)) return System.IO.Path.Join([known, .. parts]);
        throw new BearerTokenException("Saved profiles have no folder, because this user has no home folder.")
        {
            ErrorId = "ProfileFileUnreadable",
            Kind = BearerErrorKind.NotFound,
            NextStep = OperatingSystem.IsWindows() ? "Set APPDATA." : "Set HOME.",
        };
    }
}
