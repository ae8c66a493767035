using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Pipeline;
using BearerTools.Profiles.Layers;
using BearerTools.Profiles.Repository;
using BearerTools.Profiles.Saved;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>
/// Approves the file of profiles of a repository, after showing what it contains. The approval is for this content: when the file changes,
/// it ends.
/// </summary>
[Cmdlet(VerbsLifecycle.Approve, "BearerProfile", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class ApproveBearerProfileCommand : PSCmdlet
{
    /// <summary>The file, or a folder in its repository (default: the current location).</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Withdraws the approval.</summary>
    [Parameter]
    public SwitchParameter Remove { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            var path = FullPath();
            if (Remove) Withdraw(path);
            else Approve(path);
        }
        catch (Exception e) when (e is IBearerError)
        {
            ThrowTerminatingError(ErrorTable.Record(e, Path));
        }
    }

    private void Approve(string path)
    {
        var file = RepositoryFile.Read(path) ?? throw NoFile(path);
        if (RepositoryProfiles.TrustedFiles.StateOf(file) == TrustState.Trusted)
        {
            WriteVerbose($"{path} is already approved.");
            return;
        }

        var content = ProfileFile.Parse(file.Path, file.Content);
        var shown = Shown(path, SavedProfiles.Check(content));
        if (ShouldProcess(shown, $"{shown}\nUse these profiles?", "Approve the profiles of a repository"))
            RepositoryProfiles.TrustedFiles.Add(file);
    }

    private void Withdraw(string path)
    {
        if (!ShouldProcess(path, "Withdraw the approval")) return;
        if (RepositoryProfiles.TrustedFiles.Remove(path)) return;
        throw new BearerTokenException($"{path} is not approved.")
        {
            ErrorId = "RepositoryFileNotApproved",
            Kind = BearerErrorKind.NotFound,
            NextStep = "Pass the full path of the file as it was approved.",
        };
    }

    /// <summary>The path of the file. For a folder, that of the file that applies there.</summary>
    private string FullPath()
    {
        var place = Path is null ? SessionState.Path.CurrentFileSystemLocation.ProviderPath : PSLocation.File(this, Path);
        if (!Directory.Exists(place)) return place;
        return RepositoryFile.Find(place) ?? throw NoFile(System.IO.Path.Join(place, RepositoryFile.Name));
    }

    /// <summary>All that the file says. Nothing may be left out, since the user decides by it.</summary>
    private static string Shown(string path, IReadOnlyList<(SavedProfile Profile, LayeredProfile? Layered)> profiles)
    {
        var number = profiles.Count == 1 ? "1 profile" : $"{profiles.Count} profiles";
        List<string> lines = [$"{ServerText.Clean(path, RepositoryFile.MaxLength)} contains {number}."];
        foreach (var (profile, layered) in profiles)
        {
            lines.Add($"  {ServerText.Clean(profile.Name)} " + layered?.Source switch
            {
                null => "has settings for a profile that you have not saved:",
                SettingSource.Saved => "changes settings of the profile that you have saved:",
                _ => "is a profile of the repository. Check where its secrets and tokens go:",
            });
            lines.AddRange(profile.Values.Select(value => $"    {value.Field.Name}: {Whole(value.Value)}"));
        }

        return string.Join('\n', lines);
    }

    /// <summary>A value, with each text of a list: what is cut could hide where a token goes.</summary>
    private static string Whole(object value) => value is object[] list
        ? string.Join(", ", list.Select(Whole))
        : Address(value) ?? SettingText.Of(value, RepositoryFile.MaxLength);

    /// <summary>An address with its host name in ASCII, so that no letter looks like another one.</summary>
    private static string? Address(object value) =>
        value is string text && Uri.TryCreate(text, UriKind.Absolute, out var address) && Origin.TryOf(address, out var origin)
            && origin.Scheme is "https" or "http"
            ? ServerText.Clean($"{origin}{address.PathAndQuery}", RepositoryFile.MaxLength)
            : null;

    private static BearerTokenException NoFile(string path) => new($"There is no file {path}.")
    {
        ErrorId = "RepositoryFileNotFound",
        Kind = BearerErrorKind.NotFound,
        NextStep = $"Go to a folder of the repository, or pass the path of its {RepositoryFile.Name}.",
    };
}
