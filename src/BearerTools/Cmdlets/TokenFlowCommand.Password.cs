using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>A user's name and password at the token endpoint, only with a switch whose name is a warning.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>
    /// Sends -Credential to the token endpoint (RFC 6749 section 4.3). RFC 9700 section 2.4 forbids this flow: use it only if the authority
    /// supports no other.
    /// </summary>
    [Parameter(ParameterSetName = Flow.Password, Mandatory = true)]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter LegacyPassword { get; set; }

    private PasswordSource PasswordLogin()
    {
        WriteWarning(
            "The password is sent to the token endpoint, which RFC 9700 forbids: "
            + "use -Interactive or -DeviceCode for users, and a client with a secret or a key for programs.");
        return new(
            CreateClient(), BearerSession.Services.RejectedLogins, Credential!.UserName ?? string.Empty, Secret.From(Credential.Password),
            CreateScope());
    }
}
