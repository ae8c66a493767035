using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Pipeline;
using BearerTools.Profiles;
using BearerTools.Profiles.Import;
using BearerTools.Profiles.Saved;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>
/// Makes profiles of the environments of http-client.env.json (Visual Studio and JetBrains) or of a Bruno collection. Secrets in these
/// files are not imported; a warning says which.
/// </summary>
[Cmdlet(VerbsData.Import, "BearerProfile", SupportsShouldProcess = true)]
[OutputType(typeof(BearerProfile))]
public sealed class ImportBearerProfileCommand : PSCmdlet
{
    private const int MaxShown = 10_000;

    /// <summary>
    /// http-client.env.json, the folder of a Bruno collection, or one of its environments (default: the current location).
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName"), ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = ["."];

    /// <summary>Names of the environments to import; wildcards are allowed (default: all).</summary>
    [Parameter]
    [SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(NoCompleter))]
    public string[] Environment { get; set; } = ["*"];

    /// <summary>Beginning of the names of the profiles, before the name of the environment.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(NoCompleter))]
    public string? Prefix { get; set; }

    /// <summary>Saves the profiles in the user's file of profiles, for all sessions, instead of in the memory of this process.</summary>
    [Parameter]
    public SwitchParameter Save { get; set; }

    /// <summary>Replaces profiles that exist. Without it, they are kept, and an error says so.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the profiles.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => FormatData.EnsureLoaded(this);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            try
            {
                Import(PSLocation.File(this, path));
            }
            catch (Exception e) when (e is IBearerError)
            {
                WriteError(ErrorTable.Record(e, path));
            }
        }
    }

    private void Import(string path)
    {
        WildcardPattern[] patterns =
            [.. Environment.Select(name => new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant))];
        var all = ForeignFiles.Read(path);
        var chosen = all.Where(environment => Array.Exists(patterns, pattern => pattern.IsMatch(environment.Name))).ToArray();
        if (chosen.Length == 0) throw NoEnvironment(path, all);
        foreach (var profile in chosen.SelectMany(environment => EnvironmentMapping.Profiles(environment, Prefix ?? string.Empty)))
        {
            try
            {
                Import(profile);
            }
            catch (Exception e) when (e is IBearerError)
            {
                WriteError(ErrorTable.Record(e, profile.Name));
            }
        }
    }

    private void Import(ImportedProfile imported)
    {
        // First, because messages contain the name in commands.
        ProfileName.Check(imported.Name);
        foreach (var note in imported.Notes) WriteVerbose(Shown(note));
        foreach (var dropped in imported.Dropped) WriteWarning(Shown(dropped));
        if (!Force && SavedProfiles.Exists(imported.Name)) throw Exists(imported);
        if (!imported.NamesFlow) throw NoFlow(imported);
        var definition = imported.Definition;
        var missing = default(BearerTokenException);
        var profile = default(ConnectionProfile);
        try
        {
            profile = SavedProfiles.Define(imported.Name, definition, imported.Place);
        }
        catch (BearerTokenException e) when (SavedProfiles.IsMissingSecret(e) && Save)
        {
            missing = e;
        }

        if (!ShouldProcess(imported.Name, Save ? $"Save profile in {SavedProfiles.Path}" : "Define profile")) return;
        if (Save) SavedProfiles.Save(imported.Name, definition);
        else BearerSession.Services.Profiles.Set(profile! with { Typed = imported.Typed });
        if (missing is not null) WriteWarning($"The profile '{imported.Name}' is saved, but cannot be used yet: {missing.Message}");
        if (PassThru) WriteObject(SavedProfiles.Describe(this, imported.Name));
    }

    /// <summary>The folders of a repository are named by others.</summary>
    private static string Shown(string text) => ServerText.Clean(text, MaxShown);

    /// <summary>A file that came with a repository must not change who a profile of the user is.</summary>
    private static BearerTokenException Exists(ImportedProfile imported) =>
        new($"{imported.Place}: '{imported.Name}' was not imported, because there is a profile with that name.")
        {
            ErrorId = "ProfileExists",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Give the imported profiles other names with -Prefix, or replace the existing one with -Force.",
        };

    private static BearerTokenException NoFlow(ImportedProfile imported) =>
        new($"{imported.Place}: '{imported.Name}' was not imported, because it names no client id and no token.")
        {
            ErrorId = "ImportNoFlow",
            Kind = BearerErrorKind.InvalidData,
            NextStep = $"Define it with Set-BearerProfile '{imported.Name}', and the parameters of a token flow.",
        };

    private static BearerTokenException NoEnvironment(string path, IReadOnlyList<ForeignEnvironment> all) =>
        new($"{path} contains no environment with such a name.")
        {
            ErrorId = "ImportEnvironmentNotFound",
            Kind = BearerErrorKind.NotFound,
            NextStep = all.Count == 0
                ? "Add an environment in the tool that wrote the file."
                : $"The environments are {string.Join(", ", all.Take(10).Select(one => $"'{ProfileFile.Shown(one.Name)}'"))}.",
        };
}
