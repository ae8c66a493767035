using BearerTools.Diagnostics.Telemetry;
using BearerTools.Http;
using BearerTools.Http.Retrying;
using BearerTools.Running.Paging;

namespace BearerTools.Running;

/// <summary>Runs one request: sends it and writes the objects of the response.</summary>
internal class RequestJob(RequestRun run, RequestTemplate template) : Job
{
    private RequestSpan? _span;
    private EventResumption? _events; // of the stream that is read, if it is to be resumed

    public override object? Input => template.Input;

    public override bool MayModify => !MethodTraits.IsSafe(template.Method);

    private protected RequestRun Run => run;

    private protected RequestTemplate Template => template;

    /// <summary>The span of the input, or <see langword="null"/> if nothing listens.</summary>
    private protected RequestSpan? Span => _span;

    public sealed override Task RunAsync(JobOutput output, CancellationToken cancel) =>
        RequestSpan.IsListenedTo ? ProcessWithSpanAsync(output, cancel) : ProcessAsync(output, cancel);

    private async Task ProcessWithSpanAsync(JobOutput output, CancellationToken cancel)
    {
        using var span = _span = RequestSpan.Begin(template.Method, template.Address, run.Profile, output.QueuedOn, output);
        try
        {
            await ProcessAsync(output, cancel).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            span.Fail(e);
            throw;
        }
    }

    private protected virtual Task ProcessAsync(JobOutput output, CancellationToken cancel) =>
        SendAndWriteAsync(template, NewContext(output, cancel), output);

    private protected RequestContext NewContext(JobOutput output, CancellationToken cancel) => run.NewContext(output, _span, cancel);

    /// <summary>
    /// Sends the request and writes its response. A response that is truncated before any object was written is requested again from the
    /// URL that sent it: the steps that led there, such as a POST and its redirect, are done. A stream of events continues after the last
    /// one, if it is to be resumed, and after the time that it states.
    /// </summary>
    private protected async Task SendAndWriteAsync(RequestTemplate request, RequestContext context, JobOutput output)
    {
        var written = output.Rows;
        _events = run.Resumes ? new EventResumption() : null;
        context.Position = null;
        while (true)
        {
            BearerRequestException broken;
            using (var response = await SendAsync(request, context).ConfigureAwait(false))
            {
                _span?.Responded((int)response.Status);
                try
                {
                    await WriteAsync(response, context, output).ConfigureAwait(false);
                    return;
                }
                catch (BearerRequestException e) when (CanResume(response, e))
                {
                    var id = _events!.LastIdOf(response)!;
                    (broken, request) = (e, response.Template.AfterEvent(id));
                    BrokeOff(response, context);
                    // A stream that has made progress has its faults counted anew. Events without ids prove none.
                    if (string.IsNullOrEmpty(response.Position!.LastId)) _events.Stay(id);
                    else if (!_events.Advance(id)) broken = _events.Repeated(e);
                    else if (output.Rows != written || _events.Fault is null) context.Retries = 0;
                    written = output.Rows;
                }
                catch (BearerRequestException e)
                    when (output.Rows == written && run.Retries is not null && RetryClassifier.After(e, response.Template))
                {
                    (broken, request) = (e, response.Template);
                    BrokeOff(response, context);
                }
                catch (BearerRequestException e) when (_events?.ReasonToEnd(response, e) is { } why)
                {
                    throw EventResumption.Ended(e, response.Template, why);
                }
            }

            await NextTryAsync(broken, request, context).ConfigureAwait(false);
        }
    }

    private async Task NextTryAsync(BearerRequestException broken, RequestTemplate request, RequestContext context)
    {
        try
        {
            await run.Retries!.NextTryAsync(broken, context).ConfigureAwait(false);
        }
        catch (BearerRequestException) when (_events?.Fault is { } fault)
        {
            // A path that no event has, and an error that an event reports, are not faults of the connection.
            throw JsonFailure.Of(request, fault, hasObjects: false);
        }
    }

    /// <summary>A reconnection time holds until the stream states another one, and thus for further connections too.</summary>
    private static void BrokeOff(ApiResponse response, RequestContext context)
    {
        if (response.Position is { } position)
            context.Position = position with { ReconnectionTime = position.ReconnectionTime ?? context.Position?.ReconnectionTime };
    }

    private bool CanResume(ApiResponse response, BearerRequestException fault) =>
        _events is not null && run.Retries is not null && !string.IsNullOrEmpty(_events.LastIdOf(response))
        && RetryClassifier.After(fault, response.Template);

    private protected virtual Task<ApiResponse> SendAsync(RequestTemplate request, RequestContext context) =>
        run.Sender.SendAsync(request, context);

    /// <summary>Writes the results of a response, or throws if it is an error.</summary>
    private protected virtual Task WriteAsync(ApiResponse response, RequestContext context, JobOutput output) =>
        WriteAsync(response, null, context, output);

    private protected async Task WriteAsync(ApiResponse response, Page? page, RequestContext context, JobOutput output)
    {
        await WriteHeadAsync(response, output).ConfigureAwait(false);
        if (!response.IsSuccess && !run.SkipErrorCheck)
            throw await RequestFailure.FromResponseAsync(response, context).ConfigureAwait(false);
        if (!run.SkipErrorCheck && PartialResponse.Error(response) is { } partial) throw partial;
        if (run.Resumes && response.IsSuccess && RequestFailure.CannotResume(response) is { } refused) throw refused;
        await WriteBodyAsync(response, page, context, output).ConfigureAwait(false);
    }

    private protected ValueTask WriteHeadAsync(ApiResponse response, JobOutput output) => run.WantsHead
        ? output.WriteAsync(RunItemKind.Head, new ResponseHead(response.Status, response.AllHeaders()))
        : ValueTask.CompletedTask;

    private protected async Task WriteBodyAsync(ApiResponse response, Page? page, RequestContext context, JobOutput output)
    {
        var reader = run.RentReader();
        try
        {
            if (run.IncludeResponse)
            {
                var (body, length) = await reader.ReadWholeAsync(response, page, context.Events, context.Cancel).ConfigureAwait(false);
                await output.WriteAsync(RunItemKind.Row, Response(response, context, body), length).ConfigureAwait(false);
            }
            else
            {
                await reader.ReadRowsAsync(response, page, _events?.History, output, context.Events, context.Cancel)
                    .ConfigureAwait(false);
            }
        }
        catch (JsonFormatException e)
        {
            throw JsonFailure.Of(response.Template, e);
        }
        finally
        {
            run.Return(reader);
        }
    }

    private protected BearerResponse Response(ApiResponse response, RequestContext context, object? body) => new()
    {
        StatusCode = response.Status,
        Headers = response.AllHeaders(),
        Body = body,
        Duration = run.Time.GetElapsedTime(context.Begun),
        Attempts = context.Attempts,
        Input = template.Input,
        Uri = response.Template.Address,
    };
}
