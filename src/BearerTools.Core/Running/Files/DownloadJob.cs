using BearerTools.Http;

namespace BearerTools.Running.Files;

/// <summary>The way of one request whose answer is saved instead of written, or saved and then written.</summary>
internal sealed class DownloadJob(RequestRun run, RequestRecipe recipe, OutTarget target) : RequestJob(run, recipe)
{
    private protected override async Task AskAsync(JobOutput output, Exchange exchange, long started, CancellationToken cancel)
    {
        var download = new Download(target, Run.Resumes, Run.Transfer);
        using var answer = await download.SendAsync(Run.Sender, Recipe, exchange).ConfigureAwait(false);
        await WriteHeadAsync(answer, output).ConfigureAwait(false);
        if (!answer.IsSuccess && !download.IsWhole && (!Run.SkipErrorCheck || download.HasPart))
            throw await RequestFailure.FromAnswerAsync(answer, cancel).ConfigureAwait(false);

        var saved = await download.SaveAsync(answer, exchange).ConfigureAwait(false);
        if (Run.PassesThru)
        {
            answer.ReadFrom(saved);
            await WriteBodyAsync(answer, exchange, started, null, output, cancel).ConfigureAwait(false);
        }
        else if (Run.IncludeResponse)
        {
            await output.WriteAsync(RunItemKind.Row, Response(answer, exchange, new FileInfo(saved), Run.Time.GetElapsedTime(started))).ConfigureAwait(false);
        }
    }
}
