using System.Management.Automation;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>A user's name and password at the token endpoint, behind a switch that says what it is.</summary>
public abstract partial class TokenFlowCommand
{
    private const string PasswordSet = "Password";

    /// <summary>Sends -Credential to the token endpoint (RFC 6749 section 4.3), which must not be used where there is any other way (RFC 9700 section 2.4).</summary>
    [Parameter(ParameterSetName = PasswordSet, Mandatory = true)]
    public SwitchParameter LegacyPassword { get; set; }

    private PasswordSource Password()
    {
        RefuseOff(LegacyPassword, nameof(LegacyPassword));
        WriteWarning("The password goes to the token endpoint, which RFC 9700 forbids: use -Interactive or -DeviceCode for people, and a client with a secret or a key for programs.");
        return new(NewClient(), BearerSession.RejectedLogins, Credential!.UserName, Secret.From(Credential.Password), Wanted());
    }
}
