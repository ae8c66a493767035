using System.Management.Automation;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Forgets a token: the next request for it gets a new one.</summary>
[Cmdlet(VerbsCommon.Remove, "BearerToken", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemoveBearerTokenCommand : HeldTokenCommand
{
    private protected override void Process()
    {
        if (Held() is not { } entry) return;
        var name = $"token {entry.Current?.Fingerprint ?? "that is not here yet"} of {entry.Source.Facts.Authority ?? "outside"}";
        if (ShouldProcess(name, "Forget")) BearerSession.Forget(entry);
    }
}
