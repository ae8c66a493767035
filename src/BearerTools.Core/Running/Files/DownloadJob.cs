using System.Net;
using BearerTools.Http;

namespace BearerTools.Running.Files;

/// <summary>Runs one request whose response is saved, and with -PassThru also written.</summary>
internal sealed class DownloadJob(RequestRun run, RequestTemplate template, OutTarget target) : RequestJob(run, template)
{
    private Download? _download;

    private protected override Task<ApiResponse> SendAsync(RequestTemplate request, RequestContext context)
    {
        // A retry resumes the part that just arrived, if the server identified its version.
        var resumes = Run.Resumes || (_download is not null && target.HasVersionedPart);
        _download = new Download(target, resumes, Run.Transfer);
        return _download.SendAsync(Run.Sender, request with { Resume = null }, context);
    }

    private protected override async Task WriteAsync(ApiResponse response, RequestContext context, JobOutput output)
    {
        await WriteHeadAsync(response, output).ConfigureAwait(false);
        // With -Resume, the next attempt would take the bytes of an error response for those of the file.
        if (!Run.SkipErrorCheck || _download!.Resumes)
        {
            if (!response.IsSuccess && !_download!.IsWhole)
                throw await RequestFailure.FromResponseAsync(response, context, _download.PartAdvice).ConfigureAwait(false);
            if (PartialResponse.Error(response) is { } partial) throw partial;
        }

        if (!Run.SkipErrorCheck && Run.Form == BodyForm.Parsed && !target.IsHtml)
        {
            if (SignInPage.HasHead(response)) throw await SignInPage.ErrorAsync(response, context).ConfigureAwait(false);
            // The rest of a file has no beginning.
            if (response.Status != HttpStatusCode.PartialContent && !_download!.IsWhole
                && await PageProbe.FindAsync(response, context.Cancel).ConfigureAwait(false) is { } page)
                throw page;
        }

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
