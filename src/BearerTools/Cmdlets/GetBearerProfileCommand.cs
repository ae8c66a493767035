using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Pipeline;
using BearerTools.Profiles;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Gets the profiles of this process, without secrets.</summary>
[Cmdlet(VerbsCommon.Get, "BearerProfile")]
[OutputType(typeof(BearerProfile))]
public sealed class GetBearerProfileCommand : PSCmdlet
{
    /// <summary>Names of the profiles to get; wildcards are allowed (default: all).</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void BeginProcessing() => FormatData.EnsureLoaded(this);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            try
            {
                foreach (var profile in Matching(name)) WriteObject(new BearerProfile(profile));
            }
            catch (BearerTokenException e)
            {
                WriteError(ErrorTable.Record(e, name));
            }
            catch (WildcardPatternException e)
            {
                WriteError(ErrorTable.Record(
                    new BearerTokenException(e.Message)
                    {
                        ErrorId = "InvalidProfileName",
                        Kind = BearerErrorKind.InvalidArgument,
                        NextStep = "Close the bracket, or escape it with a backtick.",
                    },
                    name));
            }
        }
    }

    private static IEnumerable<ConnectionProfile> Matching(string name)
    {
        var profiles = BearerSession.Services.Profiles;
        if (!WildcardPattern.ContainsWildcardCharacters(name)) return [profiles.Get(name)];
        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        return profiles.All.Where(profile => pattern.IsMatch(profile.Name));
    }
}
