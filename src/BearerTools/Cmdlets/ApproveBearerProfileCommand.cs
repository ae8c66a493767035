using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
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
    private const string Caption = "Approve the profiles of a repository";

    /// <summary>The file, or a folder in its repository (default: the current location).</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [PathTransformation(nameof(Path))]
    public string? Path { get; set; }

    /// <summary>Withdraws the approval.</summary>
    [Parameter]
    public SwitchParameter Remove { get; set; }

    /// <summary>Approves the file without a question.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

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
        if (Confirms(shown)) RepositoryProfiles.TrustedFiles.Add(file);
    }

    /// <summary>
    /// True if the user wants to use the profiles. Not asked by ShouldProcess, whose answer is Yes when the user only presses Enter.
    /// </summary>
    private bool Confirms(string shown)
    {
        if (IsOn("WhatIf", GetVariableValue("WhatIfPreference") is true or SwitchParameter { IsPresent: true }))
            return ShouldProcess(shown, Caption);
        if (Force || !IsOn("Confirm", GetVariableValue("ConfirmPreference") is not ConfirmImpact.None)) return true;
        Collection<ChoiceDescription> choices = [new("&Yes", "Use these profiles."), new("&No", "Ignore them.")];
        try
        {
            return Host.UI.PromptForChoice(Caption, $"{shown}\nUse these profiles?", choices, defaultChoice: 1) == 0;
        }
        catch (Exception e) when (e is PSInvalidOperationException or HostException or NotImplementedException)
        {
            throw new BearerTokenException("The file is not approved: this session cannot ask you.", e)
            {
                ErrorId = "ApprovalNotConfirmed",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "See what it contains with -WhatIf, and approve it with -Confirm:$false or -Force.",
            };
        }
    }

    private bool IsOn(string name, bool preference) =>
        MyInvocation.BoundParameters.TryGetValue(name, out var value) ? value is SwitchParameter { IsPresent: true } : preference;

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
        List<string> lines = [$"{ServerText.Clean(VisibleText.Of(path), RepositoryFile.MaxLength)} contains {number}."];
        foreach (var (profile, layered) in profiles)
        {
            lines.Add($"  {profile.Name} " + layered?.Source switch
            {
                null => "has settings for a profile that you have not saved:",
                SettingSource.Saved => "changes settings of the profile that you have saved:",
                _ => "is a profile of the repository. Check where its secrets and tokens go:",
            });
            lines.AddRange(profile.Values.Select(value => $"    {value.Field.Name}: {Whole(value.Value)}"));
        }

        if (profiles.Any(one => one.Profile.Values.Any(value => Hides(value.Value))))
            lines.Insert(1, "Some of its characters cannot be seen, or change the direction of the text. They are shown as \\uNNNN.");
        return string.Join('\n', lines);
    }

    /// <summary>A value, with each text of a list: what is cut could hide where a token goes.</summary>
    private static string Whole(object value)
    {
        if (value is object[] list) return string.Join(", ", list.Select(Whole));
        var text = SettingText.Of(value, RepositoryFile.MaxLength);
        return Address(value) is not { } address ? text : Hides(value) ? $"{address} (written as {text})" : address;
    }

    /// <summary>True if a part of the value cannot be seen.</summary>
    private static bool Hides(object? value) => value switch
    {
        string text => VisibleText.HidesAny(text),
        IDictionary map => map.Keys.Cast<object>().Any(key => Hides(key) || Hides(map[key])),
        IEnumerable list => list.Cast<object?>().Any(Hides),
        _ => false,
    };

    /// <summary>An address with its host name in ASCII, so that no letter looks like another one.</summary>
    private static string? Address(object value) =>
        value is string text && AddressParser.TryParse(text, out var address) && Origin.TryOf(address, out var origin)
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
