using System.Collections.Concurrent;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Cmdlets;
using BearerTools.Profiles;
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

    /// <summary>Names of the saved profiles; none if the file cannot be read.</summary>
    public static IReadOnlyList<string> NamesOrNone
    {
        get
        {
            try
            {
                return ProfileFiles.Read(Path)?.Names ?? [];
            }
            catch (Exception e) when (e is IBearerError)
            {
                return [];
            }
        }
    }

    /// <summary>Names of the saved profiles.</summary>
    /// <exception cref="BearerTokenException">The file cannot be read.</exception>
    public static IReadOnlyList<string> Names() => ProfileFiles.Read(Path)?.Names ?? [];

    /// <summary>The profile in memory, else the saved one.</summary>
    /// <exception cref="BearerTokenException">There is no such profile, or it or its file is not valid.</exception>
    public static ConnectionProfile Select(string name)
    {
        var inMemory = BearerSession.Services.Profiles;
        return inMemory.Find(name) ?? Find(name) ?? throw inMemory.Unknown(name, Names());
    }

    /// <summary>
    /// Describes the profile in memory, else the saved one, also if a secret that it refers to is missing: an environment variable may be
    /// set later.
    /// </summary>
    /// <exception cref="BearerTokenException">There is no such profile, or it or its file is not valid.</exception>
    public static BearerProfile Describe(string name)
    {
        try
        {
            return new BearerProfile(Select(name));
        }
        catch (BearerTokenException e) when (IsMissingSecret(e) && Read(name) is { } saved)
        {
            return new BearerProfile(saved);
        }
    }

    /// <summary>True if the error is that a secret is not at its place, although the definition is valid.</summary>
    public static bool IsMissingSecret(BearerTokenException error) =>
        error.ErrorId is "SecretNotFound" or "SecretEmpty" or "SecretUnreadable" or "KeyNotFound";

    /// <summary>The definition of a saved profile, or <see langword="null"/>.</summary>
    /// <exception cref="BearerTokenException">The definition or the file is not valid.</exception>
    private static SavedProfile? Read(string name) =>
        ProfileName.IsValid(name) && ProfileFiles.Read(Path) is { } file && file.Find(name) is { } member
            ? new SavedProfileReader(file, ProfileFields.All).Read(member)
            : null;

    /// <summary>The saved profile, or <see langword="null"/>.</summary>
    /// <exception cref="BearerTokenException">The profile or the file is not valid.</exception>
    private static ConnectionProfile? Find(string name)
    {
        if (Read(name) is not { } saved) return null;
        var key = $"{saved.File.Path}\0{saved.Name}";
        // While a mock is active, a profile may be created without its secrets: that one must not be kept.
        if (ActiveMocks.HasAny) return Create(saved);
        if (s_profiles.TryGetValue(key, out var known) && known.Definition == saved.Definition) return known.Profile;
        var profile = Create(saved);
        s_profiles[key] = (saved.Definition, profile);
        return profile;
    }

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
    public static BearerTokenException NotInMemory(string name)
    {
        var saved = Names();
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
        var near = NearestNames.Of(name, NamesOrNone);
        return new BearerTokenException($"No profile '{ServerText.Clean(name, ProfileName.MaxLength)}' is saved in {Path}.")
        {
            ErrorId = "ProfileNotFound",
            Kind = BearerErrorKind.NotFound,
            NextStep = near.Count > 0
                ? $"Did you mean {string.Join(" or ", near.Select(known => $"'{known}'"))}?"
                : "Get-BearerProfile shows which profiles are saved, in SavedIn.",
        };
    }

    private static ConnectionProfile Create(SavedProfile saved)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(new CmdletInfo("Resolve-SavedProfile", typeof(ResolveSavedProfileCommand)));
        shell.AddParameter(nameof(ResolveSavedProfileCommand.ProfileName), saved.Name);
        foreach (var value in saved.Values) shell.AddParameter(value.Field.Name, Argument(value));
        try
        {
            return shell.Invoke()[0].BaseObject switch
            {
                ConnectionProfile profile => profile with { SavedIn = saved.File.Path },
                var error => throw NotValid(saved, (Exception)error, null),
            };
        }
        catch (ParameterBindingException e)
        {
            throw NotValid(saved, e, e.ParameterName);
        }
    }

    /// <summary>Full paths name their provider, since the current location may be in another one.</summary>
    private static object Argument(SavedValue value) =>
        value.Field.Place == ProfilePlace.None || ProfilePath.Of(value.Field.Place, (string)value.Value) is not { } path
            ? value.Value
            : ProfilePath.FilePrefix + PSLocation.InFileSystem(ProfilePath.Full(path));

    private static BearerTokenException NotValid(SavedProfile saved, Exception error, string? parameter)
    {
        var known = error as IBearerError;
        var start = saved.Values.FirstOrDefault(value => value.Field.Name == parameter)?.Start ?? saved.Start;
        return new BearerTokenException(
            $"{saved.File.Place(start)}: the profile '{saved.Name}' is not valid: {ServerText.Clean(error.Message)}")
        {
            ErrorId = known?.ErrorId ?? "ProfileFileInvalid",
            Kind = known?.Kind ?? BearerErrorKind.InvalidData,
            NextStep = known?.NextStep ?? "Correct the profile: its fields are the parameters of one flow of Set-BearerProfile.",
        };
    }
}
