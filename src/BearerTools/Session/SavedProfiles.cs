using System.Collections.Concurrent;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Entra.Assertions;
using BearerTools.Grants;
using BearerTools.Profiles;
using BearerTools.Profiles.Layers;
using BearerTools.Profiles.Repository;
using BearerTools.Profiles.Saved;
using BearerTools.Security;

namespace BearerTools.Session;

/// <summary>
/// Profiles in the user's file. The file is read when a profile is used that is not in memory, so edits apply at once. Only to be used on
/// the pipeline thread: a definition is bound like a command line.
/// </summary>
internal static class SavedProfiles
{
    /// <summary>Profiles by file and name, with the definition that they were made of. Each keeps its state until that changes.</summary>
    private static readonly ConcurrentDictionary<string, (string Definition, ConnectionProfile Profile)> s_profiles =
        new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Full path of the user's file. It may not exist.</summary>
    public static string Path => System.IO.Path.Join(ProfileFolder.Path, ProfileFolder.FileName);

    /// <summary>Names of the profiles in files, for completion; none if a file cannot be read. Writes no warning.</summary>
    public static IReadOnlyList<string> NamesOrNone
    {
        get
        {
            try
            {
                return [.. Union(ProfileFiles.Read(Path), RepositoryProfiles.ApprovedHere())];
            }
            catch (Exception e) when (e is IBearerError)
            {
                return [];
            }
        }
    }

    /// <summary>Names of the saved profiles and of those of the repository that the session is in.</summary>
    /// <exception cref="BearerTokenException">A file cannot be read.</exception>
    public static IReadOnlyList<string> Names(PSCmdlet command) =>
        [.. Union(ProfileFiles.Read(Path), RepositoryProfiles.Approved(command))];

    /// <summary>The profile in memory, else that of files.</summary>
    /// <param name="command">The command.</param>
    /// <param name="name">Name of the profile.</param>
    /// <param name="reads">
    /// True to read its secrets again, as for a command line that is typed; false for a command that describes the profile or changes the
    /// token that it has.
    /// </param>
    /// <exception cref="BearerTokenException">
    /// There is no such profile, it or its file is not valid, or a secret cannot be read.
    /// </exception>
    public static ConnectionProfile Select(PSCmdlet command, string name, bool reads)
    {
        var inMemory = BearerSession.Services.Profiles;
        if (inMemory.Find(name) is { } known)
        {
            if (reads) known = CurrentProfile.Of(command, known);
            return known with { Settings = ProfileLayers.Typed(known.Settings) };
        }

        return Find(command, name, reads) is { } found
            ? ProfileLayers.WithEnvironment(found)
            : throw RepositoryProfiles.WithHint(command, inMemory.Unknown(name, Names(command)));
    }

    /// <summary>
    /// Describes the profile in memory, else that of files, also if a secret that it refers to is missing: an environment variable may be
    /// set later.
    /// </summary>
    /// <exception cref="BearerTokenException">There is no such profile, or it or its file is not valid.</exception>
    public static BearerProfile Describe(PSCmdlet command, string name)
    {
        try
        {
            return new BearerProfile(Select(command, name, reads: false));
        }
        catch (BearerTokenException e) when (IsMissingSecret(e) && Read(command, name) is { } layered)
        {
            return new BearerProfile(layered.Main);
        }
    }

    /// <summary>The settings of a profile, with their values and where these come from.</summary>
    /// <exception cref="BearerTokenException">There is no such profile, or it or its file is not valid.</exception>
    public static IReadOnlyList<BearerProfileSetting> Settings(PSCmdlet command, string name)
    {
        var inMemory = BearerSession.Services.Profiles.Find(name);
        var layered = inMemory is null ? Read(command, name) : null;
        // Also says what is not valid.
        var described = Describe(command, name);
        return ProfileSettings.Of(described.Name, inMemory, layered);
    }

    /// <summary>True if a profile with this name is in memory or saved.</summary>
    /// <exception cref="BearerTokenException">The user's file cannot be read.</exception>
    public static bool Exists(string name) =>
        BearerSession.Services.Profiles.Find(name) is not null || ProfileFiles.Read(Path)?.Find(name) is not null;

    /// <summary>True if the error is that no usable secret is at its place, although the definition is valid.</summary>
    public static bool IsMissingSecret(BearerTokenException error) =>
        error.ErrorId is "SecretNotFound" or "SecretEmpty" or "SecretUnreadable" or "KeyNotFound" or "TokenMalformed";

    /// <summary>The definition of a profile in files, or <see langword="null"/>.</summary>
    /// <exception cref="BearerTokenException">A definition or a file is not valid.</exception>
    private static LayeredProfile? Read(PSCmdlet command, string name) => ProfileName.IsValid(name)
        ? ProfileLayers.Merge(Definition(ProfileFiles.Read(Path), name), Definition(RepositoryProfiles.Approved(command), name))
        : null;

    private static SavedProfile? Definition(ProfileFile? file, string name) =>
        file?.Find(name) is { } member ? new SavedProfileReader(file, ProfileFields.All).Read(member) : null;

    /// <summary>The profile of files, or <see langword="null"/>.</summary>
    /// <param name="command">The command.</param>
    /// <param name="name">Name of the profile.</param>
    /// <param name="reads">True to read its secrets again, as for a command line that is typed.</param>
    /// <exception cref="BearerTokenException">The profile or a file is not valid.</exception>
    private static ConnectionProfile? Find(PSCmdlet command, string name, bool reads)
    {
        if (Read(command, name) is not { } layered) return null;
        var key = $"{layered.Main.File.Path}\0{layered.Main.Name}";
        // While a mock is active, a profile may be created without its secrets: that one must not be kept.
        if (ActiveMocks.Find(command) is not null) return Create(layered);
        if (!s_profiles.TryGetValue(key, out var known) || known.Definition != layered.Definition)
            return Kept(key, layered, Create(layered));
        return reads && CurrentProfile.IsOutdated(known.Profile)
            ? Kept(key, layered, CurrentProfile.Succeed(known.Profile, Create(layered)))
            : known.Profile;
    }

    private static ConnectionProfile Kept(string key, LayeredProfile layered, ConnectionProfile profile)
    {
        s_profiles[key] = (layered.Definition, profile);
        return profile;
    }

    /// <summary>Checks each profile of a repository's file as it would be used. A secret may be missing.</summary>
    /// <returns>The profiles, with the saved ones below them, if these are needed.</returns>
    /// <exception cref="BearerTokenException">A profile is not valid, or names something that a repository must not decide.</exception>
    public static IReadOnlyList<(SavedProfile Profile, LayeredProfile? Layered)> Check(ProfileFile repository)
    {
        var saved = ProfileFiles.Read(Path);
        (SavedProfile Profile, LayeredProfile? Layered)[] all =
        [
            .. repository.Names.Select(name => Definition(repository, name)!)
                .Select(profile => (profile, ProfileLayers.Merge(Definition(saved, profile.Name), profile))),
        ];
        foreach (var layered in all.Select(one => one.Layered).OfType<LayeredProfile>())
        {
            try
            {
                Create(layered);
            }
            catch (BearerTokenException e) when (IsMissingSecret(e))
            {
                // It may be set later.
            }
        }

        return all;
    }

    private static IEnumerable<string> Union(ProfileFile? saved, ProfileFile? repository) =>
        (saved?.Names ?? []).Union(
            repository?.Profiles?.Members.Where(profile => !RepositoryRules.IsHarmless(profile)).Select(profile => profile.Name) ?? [],
            StringComparer.OrdinalIgnoreCase);

    /// <summary>Saves a profile. Everything else in the file stays as it is.</summary>
    /// <param name="name">A valid name.</param>
    /// <param name="definition">JSON of the definition.</param>
    /// <exception cref="BearerTokenException">The file is not valid or cannot be written; it is unchanged.</exception>
    public static void Save(string name, string definition)
    {
        ProfileFiles.Change(Path, file => file is null
            ? ProfileFileEditor.Create(ProfileSchema.FileName, name, definition)
            : ProfileFileEditor.Set(file, name, definition));
        ProfileSchema.WriteBeside(Path);
        // The one in memory would hide it.
        var inMemory = BearerSession.Services.Profiles;
        if (inMemory.Find(name) is not null) inMemory.Remove(name);
    }

    /// <summary>Removes a saved profile. Everything else in the file stays as it is.</summary>
    /// <exception cref="BearerTokenException">There is none, or the file is not valid or cannot be written.</exception>
    public static void Remove(string name) => ProfileFiles.Change(
        Path, file => file?.Find(name) is { } saved ? ProfileFileEditor.Remove(file, saved) : throw NotSaved(name));

    /// <summary>The file that defines a saved profile.</summary>
    /// <exception cref="BearerTokenException">There is no such saved profile.</exception>
    public static string FileOf(string name) => ProfileFiles.Read(Path) is { } file && file.Find(name) is not null
        ? file.Path
        : throw NotSaved(name);

    /// <summary>The error for a profile that is to be removed from memory, and is not there.</summary>
    public static BearerTokenException NotInMemory(PSCmdlet command, string name)
    {
        var saved = ProfileFiles.Read(Path)?.Names ?? [];
        if (!saved.Contains(name, StringComparer.OrdinalIgnoreCase) && RepositoryProfiles.Approved(command) is { } file
            && file.Find(name) is not null)
        {
            return new BearerTokenException($"The profile '{name}' is not in the memory of this process: {file.Path} defines it.")
            {
                ErrorId = "ProfileIsOfRepository",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "To use none of its profiles, run Approve-BearerProfile -Remove.",
            };
        }

        if (!saved.Contains(name, StringComparer.OrdinalIgnoreCase)) return BearerSession.Services.Profiles.Unknown(name, saved);
        return new BearerTokenException($"The profile '{name}' is not in the memory of this process: it is saved in {Path}.")
        {
            ErrorId = "ProfileIsSaved",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Use -Saved to remove it from the file.",
        };
    }

    private static BearerTokenException NotSaved(string name)
    {
        var near = NearestNames.Of(name, ProfileFiles.Read(Path)?.Names ?? []);
        return new BearerTokenException($"No profile '{ServerText.Clean(name, ProfileName.MaxLength)}' is saved in {Path}.")
        {
            ErrorId = "ProfileNotFound",
            Kind = BearerErrorKind.NotFound,
            NextStep = near.Count > 0
                ? $"Did you mean {string.Join(" or ", near.Select(known => $"'{known}'"))}?"
                : "Get-BearerProfile shows which profiles are saved, in SavedIn.",
        };
    }

    /// <summary>Makes a profile of a definition that is not in a file, as one in a file would be made.</summary>
    /// <param name="name">A valid name.</param>
    /// <param name="definition">JSON of the definition.</param>
    /// <param name="place">Where the definition comes from, for errors.</param>
    /// <exception cref="BearerTokenException">The definition is not valid, or a secret is missing.</exception>
    public static ConnectionProfile Define(string name, string definition, string place)
    {
        var file = ProfileFile.Parse(place, ProfileFileEditor.Create(ProfileSchema.FileName, name, definition));
        var profile = Create(ProfileLayers.Merge(Definition(file, name), null)!, place);
        return profile with { SavedIn = null };
    }

    private static ConnectionProfile Create(LayeredProfile layered, string? place = null)
    {
        var parameters = layered.Values.ToDictionary(
            value => value.Value.Field.Name, value => (object?)Argument(value.Value), StringComparer.OrdinalIgnoreCase);
        try
        {
            return CurrentProfile.Resolve(layered.Main.Name, parameters) switch
            {
                ConnectionProfile profile => profile with
                {
                    Parameters = parameters,
                    SavedIn = layered.Main.File.Path,
                    IsOfRepository = layered.Source == SettingSource.Repository,
                },
                var error => throw NotValid(layered, (Exception)error, (error as InvalidParameterException)?.Parameter, place),
            };
        }
        catch (ParameterBindingException e)
        {
            throw NotValid(layered, e, e.ParameterName, place);
        }
    }

    private static object Argument(SavedValue value) => value.Value is string text
        ? CurrentProfile.Anywhere(value.Field.Place, text, ProfilePath.Full)
        : value.Value;

    /// <summary>True for a text where a reference to a secret is needed. It may be the secret itself.</summary>
    private static bool IsNoReference(SavedValue value) => value is { Field.Place: ProfilePlace.Reference, Value: string text }
        && !SecretReference.IsReference(text) && !AssertionPlace.Names.Contains(text, StringComparer.OrdinalIgnoreCase);

    private static BearerTokenException NotValid(LayeredProfile layered, Exception error, string? parameter, string? known)
    {
        // A value that a parameter cannot take is a fault of the file.
        var own = error is InvalidParameterException ? null : error as IBearerError;
        var wrongValue = layered.Values.FirstOrDefault(
            value => parameter is null ? own?.ErrorId == "InvalidSecretReference" && IsNoReference(value.Value)
                : value.Value.Field.Name == parameter);
        var place = known ?? (wrongValue is { } wrong
            ? wrong.File.Place(wrong.Value.Start)
            : layered.Main.File.Place(layered.Main.Start));
        return new BearerTokenException($"{place}: the profile '{layered.Main.Name}' is not valid: {ServerText.Clean(error.Message)}")
        {
            ErrorId = own?.ErrorId ?? "ProfileFileInvalid",
            Kind = own?.Kind ?? BearerErrorKind.InvalidData,
            NextStep = own?.NextStep ?? "Correct the profile: its fields are the parameters of one flow of Set-BearerProfile.",
        };
    }
}
