using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Profiles.Saved;
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
    /// <summary>Name of the profile, not case-sensitive.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string Name { get; set; } = string.Empty;

    /// <summary>Saves the profile in the user's file of profiles, for all sessions, instead of in the memory of this process.</summary>
    [Parameter]
    public SwitchParameter Save { get; set; }

    /// <summary>Returns the profile.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>A profile that is saved is checked with its secret, to warn if that is missing.</summary>
    private protected override bool MayBeStored => !Save && base.MayBeStored;

    private protected override void Process()
    {
        try
        {
            ProfileName.Check(Name);
            CheckValues();
            if (!NamesFlow) throw NoFlow();
            if (Save) SaveProfile();
            else DefineProfile();
        }
        catch (Exception e) when (e is IBearerError)
        {
            Terminate(e);
        }
    }

    private void DefineProfile()
    {
        var profile = CreateProfile(Name) with
        {
            Typed = ProfileSettings.Typed(this),
            Parameters = CurrentProfile.Parameters(this),
        };
        if (!ShouldProcess(Name, "Define profile")) return;
        BearerSession.Services.Profiles.Set(profile);
        Return();
    }

    private void SaveProfile()
    {
        // Before ShouldProcess, so that -WhatIf also shows what is not valid or cannot be saved.
        var fleet = NamedFleet();
        var definition = ProfileDefinition.Of(this, MyInvocation.BoundParameters.Keys);
        var missing = default(BearerTokenException);
        try
        {
            CreateProfile(Name);
            fleet?.CheckReferences();
        }
        catch (BearerTokenException e) when (SavedProfiles.IsMissingSecret(e))
        {
            missing = e;
        }

        if (!ShouldProcess(Name, $"Save profile in {SavedProfiles.Path}")) return;
        SavedProfiles.Save(Name, definition);
        if (missing is not null) WriteWarning($"The profile '{Name}' is saved, but cannot be used yet: {missing.Message}");
        Return();
    }

    private void Return()
    {
        if (!PassThru) return;
        Pipeline.FormatData.EnsureLoaded(this);
        WriteAtOnce(SavedProfiles.Describe(this, Name));
    }
}
