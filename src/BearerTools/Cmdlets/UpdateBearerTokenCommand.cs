using System.Management.Automation;
using BearerTools.Pipeline;

namespace BearerTools.Cmdlets;

/// <summary>A new token now, in place of the cached one.</summary>
[Cmdlet(VerbsData.Update, "BearerToken")]
[OutputType(typeof(AccessToken))]
public sealed class UpdateBearerTokenCommand : HeldTokenCommand
{
    private protected override void Begin() => Views.Bring(this);

    private protected override void Process()
    {
        if (Held() is not { } entry) return;
        entry.Source.ForgetRejection();
        var person = new HostPerson(Host, OnPipelineAsync);
        Feed(new TokenJob(async (output, cancel) => await entry.RenewAsync(SayTo(output), cancel, person).ConfigureAwait(false), Token));
    }
}
