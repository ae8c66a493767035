using System.Diagnostics;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Telemetry;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http.Bodies;
using BearerTools.Http.Connecting;
using BearerTools.Http.Pacing;
using BearerTools.Http.Retrying;
using BearerTools.Http.Tracing;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>The last handler: sends one message at its origin's pace and receives the response's headers.</summary>
/// <param name="connections">Sends the messages.</param>
/// <param name="options">The call's settings for each message.</param>
/// <param name="crossOrigin">Sends the messages after a redirect to another origin.</param>
/// <param name="pace">The command's share in the pacing of all origins; <see langword="null"/> for pacing of its own.</param>
/// <param name="tracer">Adds the messages to the trace, or <see langword="null"/>.</param>
internal sealed class SocketHandler(
    HttpMessageInvoker connections, SendOptions? options = null, HttpMessageInvoker? crossOrigin = null, CommandPace? pace = null,
    RequestTracer? tracer = null)
{
    /// <summary>Without a limit, a message waits for nothing but a processor.</summary>
    private static readonly TimeSpan s_notableWait = TimeSpan.FromMilliseconds(20);

    private readonly SendOptions _options = options ?? SendOptions.Default;
    private readonly CommandPace _pace = pace
        ?? new CommandPace(new OriginPaces(TimeProvider.System, Random.Shared.NextDouble), new PaceOptions());

    /// <param name="template">The request.</param>
    /// <param name="token">The token to attach (RFC 6750 section 2.1: in the header, never in the URL).</param>
    /// <param name="context">The input's context.</param>
    /// <param name="prove">
    /// Makes the DPoP proof for a key-bound token (RFC 9449 section 7.1). Called just before sending: the message may have to wait, and
    /// proofs must be fresh.
    /// </param>
    public async Task<ApiResponse> SendAsync(
        RequestTemplate template, AccessToken? token, RequestContext context, Func<string>? prove = null)
    {
        context.Gate?.Rest();
        var asked = Stopwatch.GetTimestamp();
        var permit = await EnterAsync(template, token, context).ConfigureAwait(false);
        HttpResponseMessage? response = null;
        var trace = MessageTrace.For(context.Events, tracer, _options.TraceBody);
        Deadline.Scope? timeout = null;
        var times = new SendTimes(asked, asked);
        try
        {
            timeout = _options.ResponseTimeout is { } limit
                ? new Deadline(limit, _options.Time ?? TimeProvider.System).Within(context.Cancel)
                : null;
            context.Gate?.Enter(!MethodTraits.IsSafe(template.Method));
            context.Attempts++;
            var isObserved = context.Events.IsEnabled(EventLevel.Verbose);
            times = new SendTimes(asked, Stopwatch.GetTimestamp());
            if (RequestMetrics.MeasuresPace) Measure(template, times);
            context.Resends = context.Reason is SendReason.First or SendReason.Next ? 0 : context.Resends + 1;
            var sender = template.IsCrossOrigin && crossOrigin is not null ? crossOrigin : connections;
            if (template.Body is { CanReplay: false }) IdleGuard.TurnOff();
            for (var repeats = 0; response is null; repeats++)
            {
                using var message = Message(template, token, prove);
                message.Cancel = timeout?.Token ?? context.Cancel;
                message.Events = context.Events;
                message.Resends = context.Resends + repeats;
                message.Begun = times.Sent;
                // Once: nothing of a message that is repeated was processed.
                if (repeats == 0) context.Exchange = trace?.Send(message, template);
                try
                {
                    response = await sender.SendAsync(message, message.Cancel).ConfigureAwait(false);
                }
                catch (Exception e) when (!message.Cancel.IsCancellationRequested
                    && UnprocessedRequest.MayRepeat(e, message, template, repeats))
                {
                    if (isObserved)
                        context.Events.Write(new RequestRepeated(
                            template.Method, template.Address, e.GetBaseException() is IdleConnectionException));
                }
                catch (Exception e) when (!message.Cancel.IsCancellationRequested
                    && UnwritableRequest.Of(e, message, template) is { } refused)
                {
                    throw refused;
                }
            }

            var record = tracer?.Add(template, context, token?.Fingerprint, times, response);
            var capture = trace?.Receive(response);
            if (trace is null) Decompression.Apply(response);
            if (isObserved)
                context.Events.Write(new ResponseReceived(
                    template.Method, template.Address, (int)response.StatusCode, Stopwatch.GetElapsedTime(times.Sent), token?.Fingerprint));
            if (context.Events.IsEnabled(EventLevel.Detail)) Explain(template, context, times, response);
            if (_options.ReadTimeout is { } readTimeout)
                response.Content = new TimedContent(response.Content, readTimeout, _options.Time ?? TimeProvider.System);
            return new ApiResponse(response, template) { Record = record, Capture = capture };
        }
        catch (Exception e) when (context.Cancel.IsCancellationRequested && ConnectionFault.IsCause(e))
        {
            tracer?.AddFailure(template, context, token?.Fingerprint, times, "The request was cancelled.");
            // Cancelling a request also closes a socket that is still connecting: that is no connection fault.
            throw new OperationCanceledException(e.Message, e, context.Cancel);
        }
        catch (OperationCanceledException e) when (e is not RunEndedException && context.Cancel.IsCancellationRequested)
        {
            tracer?.AddFailure(template, context, token?.Fingerprint, times, "The request was cancelled.");
            throw;
        }
        catch (Exception e)
            when (ConnectionFault.IsCause(e)
                || (e is OperationCanceledException and not RunEndedException && !context.Cancel.IsCancellationRequested))
        {
            var failure = timeout?.IsExpired == true
                ? RequestFailure.FromTimeout(e, template, _options.ResponseTimeout.GetValueOrDefault())
                : RequestFailure.FromConnection(e, template, proxy: _options.ProxyOf?.Invoke(template.Address));
            tracer?.AddFailure(template, context, token?.Fingerprint, times, failure.Message);
            throw failure;
        }
        finally
        {
            // Must come first: a lost permit is lost for everything in this process that sends to this origin.
            var pause = permit.Lane.Leave(permit, response);
            permit.Shared?.Dispose();
            timeout?.Dispose();
            if (pause is { } requested)
            {
                Announce(requested, template, context);
                tracer?.AddPause(template.Origin, requested);
                _ = _pace.Shared?.PauseAsync(template.Origin, requested, context.Events);
            }
        }
    }

    private async ValueTask<Permit> EnterAsync(RequestTemplate template, AccessToken? token, RequestContext context)
    {
        try
        {
            var permit = await _pace.Of(template.Origin, token?.Fingerprint ?? string.Empty)
                .EnterAsync(template.Address, context.Deadline?.Left, context.Events, context.ProgressSink, context.Cancel)
                .ConfigureAwait(false);
            return _pace.Shared is { } shared ? await EnterSharedAsync(shared, permit, template, context).ConfigureAwait(false) : permit;
        }
        catch (PausedTooLongException e)
        {
            throw RetryFailure.PausedTooLong(e.Pause, template, context.Deadline!);
        }
    }

    /// <summary>Waits for other processes last, because their slots are valid for a moment only.</summary>
    private async ValueTask<Permit> EnterSharedAsync(ISharedPace shared, Permit permit, RequestTemplate template, RequestContext context)
    {
        try
        {
            var slot = await shared.EnterAsync(template.Origin, _pace.Rate, context.Deadline?.Left, context.Events, context.Cancel)
                .ConfigureAwait(false);
            return slot is null ? permit : permit with { Shared = slot };
        }
        catch
        {
            permit.Lane.Leave(permit, null);
            throw;
        }
    }

    private ConnectingMessage Message(RequestTemplate template, AccessToken? token, Func<string>? prove)
    {
        var message = template.ToMessage(_options);
        if (token is not null) _options.Placement.Attach(message.Headers, token);
        if (prove is null) return message;
        // The caller's own proof would be a second one, and servers reject two (RFC 9449 section 4.3).
        message.Headers.Remove(DPoPKey.Header);
        message.Headers.TryAddWithoutValidation(DPoPKey.Header, prove());
        return message;
    }

    /// <summary>Why it waited, and which connection it used. Mocks have none.</summary>
    private void Explain(RequestTemplate template, RequestContext context, in SendTimes times, HttpResponseMessage response)
    {
        var wait = Stopwatch.GetElapsedTime(times.Asked, times.Sent);
        if (wait > s_notableWait)
            context.Events.Write(new PaceAwaited(template.Origin, wait, _pace.Rate is null ? null : _pace.Shared?.Limit));
        if (_options.IsMocked) return;
        var connecting = (response.RequestMessage as ConnectingMessage)?.Connecting ?? 0;
        context.Events.Write(new ConnectionUsed(
            template.Origin, connecting == 0, Stopwatch.GetElapsedTime(0, connecting), response.Version.ToString(2)));
    }

    private static void Measure(RequestTemplate template, in SendTimes times) => RequestMetrics.Paced(
        RequestMetrics.TagsOf(template.Method, template.Origin.Host, template.Origin.Port),
        Stopwatch.GetElapsedTime(times.Asked, times.Sent));

    private static void Announce(TimeSpan pause, RequestTemplate template, RequestContext context)
    {
        if (context.Events.IsEnabled(OriginPaused.LevelOf(pause))) context.Events.Write(new OriginPaused(template.Origin, pause));
    }
}
