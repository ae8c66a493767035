using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Http.Bodies;

namespace BearerTools.Running.Files;

/// <summary>Saves the response to one input; with <c>-Resume</c>, continues an earlier attempt.</summary>
internal sealed class Download(OutTarget target, bool resumes, Transfer? transfer)
{
    private long _have;

    /// <summary>True if the file was complete already.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>How to resume, if there is a part, which an error response must not replace.</summary>
    public string? ResumeAdvice { get; private set; }

    /// <summary>Requests the missing part.</summary>
    public async Task<ApiResponse> SendAsync(IRequestHandler sender, RequestTemplate template, RequestContext context)
    {
        if (!resumes) return await sender.SendAsync(template, context).ConfigureAwait(false);
        var (have, notes) = target.Known!.Found();
        var response = await sender.SendAsync(template with { Resume = Resumption.From(have, notes) }, context).ConfigureAwait(false);
        if (have == 0) return response;
        ResumeAdvice = target.Known.ResumeAdvice(have);
        switch (Resumption.Classify(response.Message, have, notes))
        {
            case ResumeOutcome.Continues:
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new DownloadResumed(target.Known.Place, have));
                _have = have;
                return response;
            case ResumeOutcome.IsComplete:
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new DownloadAlreadyComplete(target.Known.Place));
                IsWhole = true;
                return response;
            case ResumeOutcome.Restarts:
                if (response.IsSuccess && context.Events.IsEnabled(EventLevel.Verbose))
                    context.Events.Write(new DownloadRestarted(target.Known.Place, have));
                return response;
            default:
                response.Dispose();
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new DownloadChanged(target.Known.Place, have));
                return await sender.SendAsync(template with { Resume = ResumePoint.Beginning }, context).ConfigureAwait(false);
        }
    }

    /// <summary>Saves the response; completes when the file is complete and in its place.</summary>
    /// <param name="response">The response.</param>
    /// <param name="request">The request that the user made.</param>
    /// <param name="context">The input's context.</param>
    /// <exception cref="BearerRequestException">The file is incomplete; the part that arrived is kept.</exception>
    public async Task<string> SaveAsync(ApiResponse response, RequestTemplate request, RequestContext context)
    {
        var file = target.For(response, request);
        try
        {
            if (!IsWhole) await new BodySaver(file, response, transfer).SaveAsync(_have, context.Cancel).ConfigureAwait(false);
            file.Finish();
        }
        catch (Exception e) when (e is not BearerRequestException && FileFault.IsCause(e))
        {
            throw FileFault.Writing(e, file.WrittenTo);
        }

        if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new DownloadSaved(file.Place));
        return file.Place;
    }
}
