using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>
/// Defines a profile, or replaces the one of its name: how a token is got, what it is for, and the settings of requests. All runspaces of
/// the process share profiles. No token is requested, and nothing is connected.
/// </summary>
[Cmdlet(VerbsCommon.Set, "BearerProfile", DefaultParameterSetName = Flow.ClientCredentials, SupportsShouldProcess = true)]
[OutputType(typeof(BearerProfile))]
public sealed class SetBearerProfileCommand : ConnectionDefinitionCommand
{
    private const int MaxNameLength = 100;

    /// <summary>The name of the profile. Case does not matter.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string Name { get; set; } = string.Empty;

    /// <summary>Gives the profile.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        try
        {
            CheckName();
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

    /// <summary>Names stand on command lines and, one day, in files: no wildcards, no separators, nothing that cannot be seen.</summary>
    private void CheckName()
    {
        if (Name.Length <= MaxNameLength && char.IsLetterOrDigit(Name[0]) && Name.All(letter => char.IsLetterOrDigit(letter) || letter is '.' or '_' or '-' or '@' or ' ')) return;
        throw new BearerTokenException($"'{ServerText.Clean(Name, MaxNameLength)}' cannot be the name of a profile.")
        {
            ErrorId = "ProfileNameRefused",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = $"Begin it with a letter or digit, and use at most {MaxNameLength} letters, digits, spaces and . _ - @.",
        };
    }
}
