using BearerTools.Http;

namespace BearerTools.Running.Files;

/// <summary>The way of one request whose answer is saved instead of written, or saved and then written.</summary>
internal sealed class DownloadJob(RequestRun run, RequestRecipe recipe, OutTarget target) : RequestJob(run, recipe)
{
    private Download? _download;

    private protected override Task<Answer> SendAsync(RequestRecipe asked, Exchange exchange)
    {
        // What broke off a moment ago need not come twice, where the server told of which version it is.
        var resumes = Run.Resumes || (_download is not null && target.HasVersionedPart);
        _download = new Download(target, resumes, Run.Transfer);
        return _download.SendAsync(Run.Sender, asked with { Resume = null }, exchange);
    }

    private protected override async Task WriteAsync(Answer answer, Exchange exchange, JobOutput output)
    {
        await WriteHeadAsync(answer, output).ConfigureAwait(false);
        if (!answer.IsSuccess && !_download!.IsWhole && (!Run.SkipErrorCheck || _download.GoOn is not null))
            throw await RequestFailure.FromAnswerAsync(answer, exchange.Cancel, _download.GoOn).ConfigureAwait(false);

        var saved = await _download!.SaveAsync(answer, exchange).ConfigureAwait(false);
        if (Run.PassesThru)
        {
            answer.ReadFrom(saved);
            await WriteBodyAsync(answer, null, exchange, output).ConfigureAwait(false);
        }
        else if (Run.IncludeResponse)
        {
            await output.WriteAsync(RunItemKind.Row, Response(answer, exchange, new FileInfo(saved))).ConfigureAwait(false);
        }
    }
}
