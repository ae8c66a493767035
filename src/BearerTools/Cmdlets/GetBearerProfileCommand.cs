using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Pipeline;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Gets the profiles of this process and the saved ones, without secrets.</summary>
[Cmdlet(VerbsCommon.Get, "BearerProfile")]
[OutputType(typeof(BearerProfile), typeof(BearerProfileSetting))]
public sealed class GetBearerProfileCommand : PSCmdlet
{
    /// <summary>Names of the profiles to get; wildcards are allowed (default: all).</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Returns the settings of the profiles instead, with their values and where these come from.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => FormatData.EnsureLoaded(this);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            try
            {
                if (WildcardPattern.ContainsWildcardCharacters(name)) WriteMatching(name);
                else Write(name);
            }
            catch (BearerTokenException e)
            {
                WriteError(ErrorTable.Record(e, name));
            }
            catch (WildcardPatternException e)
            {
                WriteError(ErrorTable.Record(
                    new BearerTokenException(ServerText.Clean(e.Message))
                    {
                        ErrorId = "InvalidProfileName",
                        Kind = BearerErrorKind.InvalidArgument,
                        NextStep = "Close the bracket, or escape it with a backtick.",
                    },
                    name));
            }
        }
    }

    private void WriteMatching(string name)
    {
        var profiles = BearerSession.Services.Profiles;
        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        // An error in the file of saved profiles concerns only those.
        var names = profiles.Names.Where(pattern.IsMatch).ToList();
        var error = default(BearerTokenException);
        try
        {
            names = [.. names.Union(SavedProfiles.Names(this).Where(pattern.IsMatch), StringComparer.OrdinalIgnoreCase)];
        }
        catch (BearerTokenException e)
        {
            error = e;
        }

        foreach (var known in names.Order(StringComparer.OrdinalIgnoreCase)) WriteProfile(known);
        if (error is not null) WriteError(ErrorTable.Record(error, name));
    }

    private void Write(string name)
    {
        if (!Detailed) WriteObject(SavedProfiles.Describe(this, name));
        else WriteObject(SavedProfiles.Settings(this, name), enumerateCollection: true);
    }

    private void WriteProfile(string name)
    {
        try
        {
            Write(name);
        }
        catch (BearerTokenException e)
        {
            WriteError(ErrorTable.Record(e, name));
        }
    }
}
