using System.Net;
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

    /// <summary>True if an earlier attempt is continued, or would be if there were a part.</summary>
    public bool Resumes => resumes;

    /// <summary>
    /// Where the part is that remains after an error response, and how to resume it; <see langword="null"/> if there is none.
    /// </summary>
    public string? PartAdvice { get; private set; }

    /// <summary>Requests the missing part.</summary>
    public async Task<ApiResponse> SendAsync(IRequestHandler sender, RequestTemplate template, RequestContext context)
    {
        if (!resumes) return await sender.SendAsync(template, context).ConfigureAwait(false);
        var (have, notes) = target.Known!.Found();
        var response = await sender.SendAsync(template with { Resume = Resumption.From(have, notes) }, context).ConfigureAwait(false);
        if (have == 0) return response;
        var outcome = Resumption.Classify(response.Message, have, notes);
        if (notes is not null && outcome == ResumeOutcome.Restarts)
        {
            PartAdvice = response.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone
                ? target.Known.PartAdvice(have)
                : target.Known.ResumeAdvice(have);
        }

        switch (outcome)
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
                if (context.Events.IsEnabled(EventLevel.Verbose))
                    context.Events.Write(new DownloadChanged(target.Known.Place, have, IsKnown: notes is not null));
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
