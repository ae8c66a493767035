using BearerTools.Http;

namespace BearerTools.Running.Files;

/// <summary>The way of one request whose answer is saved instead of written, or saved and then written.</summary>
internal sealed class DownloadJob(RequestRun run, RequestTemplate template, OutTarget target) : RequestJob(run, template)
{
    private Download? _download;

    private protected override Task<ApiResponse> SendAsync(RequestTemplate asked, RequestContext context)
    {
        // What broke off a moment ago need not come twice, where the server told of which version it is.
        var resumes = Run.Resumes || (_download is not null && target.HasVersionedPart);
        _download = new Download(target, resumes, Run.Transfer);
        return _download.SendAsync(Run.Sender, asked with { Resume = null }, context);
    }

    private protected override async Task WriteAsync(ApiResponse response, RequestContext context, JobOutput output)
    {
        await WriteHeadAsync(response, output).ConfigureAwait(false);
        if (!response.IsSuccess && !_download!.IsWhole && (!Run.SkipErrorCheck || _download.GoOn is not null))
            throw await RequestFailure.FromResponseAsync(response, context, _download.GoOn).ConfigureAwait(false);

        var saved = await _download!.SaveAsync(response, Template, context).ConfigureAwait(false);
        if (Run.PassesThru)
        {
            response.ReadFrom(saved);
            await WriteBodyAsync(response, null, context, output).ConfigureAwait(false);
        }
        else if (Run.IncludeResponse)
        {
            await output.WriteAsync(RunItemKind.Row, Response(response, context, new FileInfo(saved))).ConfigureAwait(false);
        }
    }
}
