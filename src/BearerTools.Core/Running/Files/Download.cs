using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Http.Bodies;

namespace BearerTools.Running.Files;

/// <summary>Saves the answer to one input, and with <c>-Resume</c> goes on where an earlier try ended.</summary>
internal sealed class Download(OutTarget target, bool resumes, Transfer? transfer)
{
    private long _have;

    /// <summary>All of it was there before.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>There is a part, which an error in place of the rest must not take the place of: what to do with it.</summary>
    public string? GoOn { get; private set; }

    /// <summary>Asks for what is missing.</summary>
    public async Task<ApiResponse> SendAsync(IRequestHandler sender, RequestTemplate template, RequestContext context)
    {
        if (!resumes) return await sender.SendAsync(template, context).ConfigureAwait(false);
        var (have, notes) = target.Known!.Found();
        var response = await sender.SendAsync(template with { Resume = Resumption.From(have, notes) }, context).ConfigureAwait(false);
        if (have == 0) return response;
        GoOn = target.Known.HowToGoOn(have);
        switch (Resumption.Judge(response.Message, have, notes))
        {
            case Rest.GoesOn:
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new DownloadResumed(target.Known.Place, have));
                _have = have;
                return response;
            case Rest.IsNothing:
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new DownloadAlreadyComplete(target.Known.Place));
                IsWhole = true;
                return response;
            case Rest.BeginsAnew:
                if (response.IsSuccess && context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new DownloadRestarted(target.Known.Place, have));
                return response;
            default:
                response.Dispose();
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new DownloadChanged(target.Known.Place, have));
                return await sender.SendAsync(template with { Resume = ResumePoint.Beginning }, context).ConfigureAwait(false);
        }
    }

    /// <summary>Returns when the file is whole and in its place.</summary>
    /// <param name="response">The response.</param>
    /// <param name="asked">The request that the user made.</param>
    /// <param name="context">The input it is for.</param>
    /// <exception cref="BearerRequestException">It did not become whole; what came of it is kept.</exception>
    public async Task<string> SaveAsync(ApiResponse response, RequestTemplate asked, RequestContext context)
    {
        var file = target.For(response, asked);
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
