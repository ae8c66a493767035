using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Pipeline;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Removes profiles from this process or from the user's file. Connections and tokens made with them remain.</summary>
[Cmdlet(VerbsCommon.Remove, "BearerProfile", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemoveBearerProfileCommand : PSCmdlet
{
    /// <summary>Names of the profiles to remove; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Removes the saved profile from the user's file, not the one in the memory of this process.</summary>
    [Parameter]
    public SwitchParameter Saved { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            try
            {
                if (Saved) RemoveSaved(name);
                else RemoveFromMemory(name);
            }
            catch (BearerTokenException e)
            {
                WriteError(ErrorTable.Record(e, name));
            }
        }
    }

    private void RemoveFromMemory(string name)
    {
        var profiles = BearerSession.Services.Profiles;
        var profile = profiles.Find(name) ?? throw SavedProfiles.NotInMemory(this, name);
        if (ShouldProcess(profile.Name, "Remove profile")) profiles.Remove(profile.Name);
    }

    private void RemoveSaved(string name)
    {
        var saved = SavedProfiles.FileOf(name);
        if (ShouldProcess(name, $"Remove profile from {saved}")) SavedProfiles.Remove(name);
    }
}
