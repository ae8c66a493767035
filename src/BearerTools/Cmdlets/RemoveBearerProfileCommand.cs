using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Pipeline;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Removes profiles from this process. Connections and tokens made with them remain.</summary>
[Cmdlet(VerbsCommon.Remove, "BearerProfile", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemoveBearerProfileCommand : PSCmdlet
{
    /// <summary>Names of the profiles to remove; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var profiles = BearerSession.Services.Profiles;
        foreach (var name in Name)
        {
            try
            {
                var profile = profiles.Get(name);
                if (ShouldProcess(profile.Name, "Remove profile")) profiles.Remove(profile.Name);
            }
            catch (BearerTokenException e)
            {
                WriteError(ErrorTable.Record(e, name));
            }
        }
    }
}
