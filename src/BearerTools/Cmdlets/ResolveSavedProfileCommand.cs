using System.Management.Automation;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>
/// Creates a profile from the parameters that a file holds, so that a saved profile goes through the same binding and checks as a command
/// line. Not exported: <see cref="Session.SavedProfiles"/> runs it by its type.
/// </summary>
[Cmdlet(VerbsDiagnostic.Resolve, "SavedProfile", DefaultParameterSetName = Flow.ClientCredentials)]
internal sealed class ResolveSavedProfileCommand : ConnectionDefinitionCommand
{
    /// <summary>Name of the profile.</summary>
    [Parameter(Mandatory = true)]
    public string ProfileName { get; set; } = string.Empty;

    private protected override ITokenSource? StandIn(Uri? baseUri) =>
        ActiveMocks.Find(this)?.Connect(baseUri, BaseUriPath is not null, [], new TokenMetadata(), RenewsToken)?.Tokens.Source;

    private protected override void Process()
    {
        try
        {
            CheckValues();
            if (!NamesFlow) throw NoFlow();
            WriteAtOnce(CreateProfile(ProfileName));
        }
        catch (Exception e) when (e is IBearerError)
        {
            // As output, since an error here would be added to $Error even if it is handled.
            WriteAtOnce(e);
        }
    }
}
