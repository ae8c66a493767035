using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>
/// Defines or replaces a profile: how a token is obtained, the API it is for, and the settings of requests. All runspaces of the process
/// share profiles. No token is requested, and nothing is connected.
/// </summary>
[Cmdlet(VerbsCommon.Set, "BearerProfile", DefaultParameterSetName = Flow.ClientCredentials, SupportsShouldProcess = true)]
[OutputType(typeof(BearerProfile))]
public sealed class SetBearerProfileCommand : ConnectionDefinitionCommand
{
    private const int MaxNameLength = 100;

    /// <summary>Name of the profile, not case-sensitive.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string Name { get; set; } = string.Empty;

    /// <summary>Returns the profile.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        try
        {
            CheckName();
            CheckValues();
            if (!NamesFlow) throw NoFlow();
            var profile = CreateProfile(Name);
            if (!ShouldProcess(Name, "Define profile")) return;
            BearerSession.Services.Profiles.Set(profile);
            if (!PassThru) return;
            Pipeline.FormatData.EnsureLoaded(this);
            WriteAtOnce(new BearerProfile(profile));
        }
        catch (Exception e) when (e is IBearerError)
        {
            Terminate(e);
        }
    }

    /// <summary>
    /// Profile names appear on command lines and may be stored in files: no wildcards, separators or invisible characters.
    /// </summary>
    private void CheckName()
    {
        if (Name.Length <= MaxNameLength && char.IsLetterOrDigit(Name[0])
            && Name.All(letter => char.IsLetterOrDigit(letter) || letter is '.' or '_' or '-' or '@' or ' '))
            return;
        throw new BearerTokenException($"'{ServerText.Clean(Name, MaxNameLength)}' is not a valid profile name.")
        {
            ErrorId = "ProfileNameRefused",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = $"Start with a letter or digit, and use at most {MaxNameLength} characters: letters, digits, spaces and . _ - @.",
        };
    }
}
