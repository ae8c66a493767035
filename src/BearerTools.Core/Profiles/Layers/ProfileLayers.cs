using BearerTools.Profiles.Repository;
using BearerTools.Profiles.Saved;

namespace BearerTools.Profiles.Layers;

/// <summary>Where the value of a setting comes from, the weakest first.</summary>
internal enum SettingSource
{
    /// <summary>Built in.</summary>
    Default,

    /// <summary>The user's file of profiles.</summary>
    Saved,

    /// <summary>An approved file of a repository.</summary>
    Repository,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>The command line, in this session.</summary>
    Session,
}

/// <summary>A value of a layered profile.</summary>
/// <param name="Value">The field and its value.</param>
/// <param name="Source">The layer.</param>
/// <param name="File">The file that contains the value.</param>
internal sealed record LayeredValue(SavedValue Value, SettingSource Source, ProfileFile File);

/// <summary>A profile of files.</summary>
/// <param name="Main">The definition that says who the profile is: the saved one, or else that of the repository.</param>
/// <param name="Source">The layer of <paramref name="Main"/>.</param>
/// <param name="Values">The values that apply.</param>
/// <param name="Definition">The text of all definitions; a changed text is another profile.</param>
internal sealed record LayeredProfile(SavedProfile Main, SettingSource Source, IReadOnlyList<LayeredValue> Values, string Definition);

/// <summary>
/// The precedence of settings: built-in, saved, repository, environment, session. What a command line of a request types is above all.
/// This is the only place that decides it.
/// </summary>
internal static class ProfileLayers
{
    /// <summary>Combines the definitions of a profile.</summary>
    /// <returns>
    /// <see langword="null"/> if there are none, or only settings of a repository for a profile that the user has not saved.
    /// </returns>
    /// <exception cref="BearerTokenException">The repository's one names something that a repository must not decide.</exception>
    public static LayeredProfile? Merge(SavedProfile? saved, SavedProfile? repository)
    {
        if (repository is not null) RepositoryRules.Check(repository, saved);
        if ((saved ?? repository) is not { } main) return null;
        if (saved is null && main.Values.All(value => RepositoryRules.Harmless.Contains(value.Field.Name))) return null;
        var upper = Values(repository, SettingSource.Repository);
        var names = upper.Select(value => value.Value.Field.Name).ToHashSet(StringComparer.Ordinal);
        var lower = Values(saved, SettingSource.Saved).Where(value => !names.Contains(value.Value.Field.Name));
        return new LayeredProfile(
            main,
            saved is null ? SettingSource.Repository : SettingSource.Saved,
            [.. lower, .. upper],
            $"{saved?.Definition}\0{repository?.File.Path}\0{repository?.Definition}");
    }

    /// <summary>A profile of files with the settings of the environment, which are above it.</summary>
    public static ConnectionProfile WithEnvironment(ConnectionProfile profile) =>
        profile with { Settings = EnvironmentSettings.Read().Over(profile.Settings) };

    /// <summary>Settings that were typed in this session, over those of the environment.</summary>
    public static RequestSettings Typed(RequestSettings settings) => settings.Over(EnvironmentSettings.Read());

    private static IReadOnlyList<LayeredValue> Values(SavedProfile? profile, SettingSource source) =>
        [.. profile?.Values.Select(value => new LayeredValue(value, source, profile.File)) ?? []];
}
