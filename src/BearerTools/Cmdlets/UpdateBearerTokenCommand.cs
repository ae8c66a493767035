using System.Management.Automation;
using BearerTools.Pipeline;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>A new token now, in place of the cached one.</summary>
[Cmdlet(VerbsData.Update, "BearerToken")]
[OutputType(typeof(AccessToken))]
public sealed class UpdateBearerTokenCommand : CachedTokenCommand
{
    private protected override void Begin() => FormatData.EnsureLoaded(this);

    private protected override void Process()
    {
        if (Held() is not { } entry) return;
        entry.Source.ForgetRejection();
        var prompt = new HostUserPrompt(Host, OnPipelineAsync);
        Feed(new TokenJob(async (output, cancel) => await entry.RenewAsync(new TokenRequestContext { Events = output, UserPrompt = prompt }, cancel).ConfigureAwait(false), Token));
    }
}
