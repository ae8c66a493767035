using System.Management.Automation;
using BearerTools.Pipeline;

namespace BearerTools.Cmdlets;

/// <summary>A new token now, in place of the cached one.</summary>
[Cmdlet(VerbsData.Update, "BearerToken")]
[OutputType(typeof(AccessToken))]
public sealed class UpdateBearerTokenCommand : HeldTokenCommand
{
    /// <summary>Of several tokens each is renewed on its own.</summary>
    private protected override bool EndsWith(Exception error) => !MyInvocation.ExpectingInput;

    private protected override void Process()
    {
        if (Held() is not { } entry) return;
        entry.Source.ForgetRejection();
        Feed(new TokenJob(async (output, cancel) => await entry.RenewAsync(SayTo(output), cancel).ConfigureAwait(false), Token));
    }
}
