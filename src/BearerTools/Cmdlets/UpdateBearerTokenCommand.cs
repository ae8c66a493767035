using System.Management.Automation;
using BearerTools.Pipeline;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>Requests a new token now, which replaces the cached one.</summary>
[Cmdlet(VerbsData.Update, "BearerToken")]
[OutputType(typeof(AccessToken))]
public sealed class UpdateBearerTokenCommand : CachedTokenCommand
{
    private protected override void Begin() => FormatData.EnsureLoaded(this);

    private protected override void Process()
    {
        if (Cached() is not { } connection) return;
        connection.Tokens.Source.ForgetRejection();
        var prompt = new HostUserPrompt(Host, OnPipelineAsync);
        Feed(new TokenJob(async (output, cancel) =>
            connection.Bind(await connection.Tokens.RenewAsync(
                new TokenRequestContext { Events = output, UserPrompt = prompt }, cancel).ConfigureAwait(false)), Token));
    }
}
