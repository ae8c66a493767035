using System.Management.Automation;
using BearerTools.Diagnostics;
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
        var before = connection.Tokens.Current?.Fingerprint;
        Feed(new TokenJob(async (output, cancel) =>
        {
            var token = await connection.Tokens.RenewAsync(
                new TokenRequestContext { Events = output, UserPrompt = prompt }, cancel).ConfigureAwait(false);
            var source = connection.Tokens.Source;
            if (token.Fingerprint == before) output.Write(new TokenNotNew(token.Fingerprint, source.Place, source.IsGiven));
            return connection.Bind(token);
        }, Token));
    }
}
