using System.Diagnostics;
using System.Net;
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
/// <param name="closing">
/// Sends the messages whose headers end the connection; <see langword="null"/> if each connection is closed anyway.
/// </param>
internal sealed class SocketHandler(
    HttpMessageInvoker connections, SendOptions? options = null, HttpMessageInvoker? crossOrigin = null, CommandPace? pace = null,
    RequestTracer? tracer = null, Func<HttpMessageInvoker>? closing = null)
{
    /// <summary>Without a limit, a message waits for nothing but a processor.</summary>
    private static readonly TimeSpan s_notableWait = TimeSpan.FromMilliseconds(20);

    private readonly SendOptions _options = options ?? SendOptions.Default;
    private readonly MessagePace _pace = new(
        pace ?? new CommandPace(new OriginPaces(TimeProvider.System, Random.Shared.NextDouble), new PaceOptions()), tracer);

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
        var permit = await _pace.EnterAsync(template, token?.Fingerprint ?? string.Empty, context).ConfigureAwait(false);
        HttpResponseMessage? response = null;
        Deadline.Scope? timeout = null;
        var times = new SendTimes(asked, asked);
        // One method, because another asynchronous one would be another allocation for each message.
        try
        {
            var trace = MessageTrace.For(context.Events, tracer, _options.TraceBody);
            timeout = _options.ResponseTimeout is { } limit
                ? new Deadline(limit, _options.Time ?? TimeProvider.System).Within(context.Cancel)
                : null;
            times = Begin(template, context, asked);
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
                    response = await SenderOf(message).SendAsync(message, message.Cancel).ConfigureAwait(false);
                }
                catch (Exception e) when (!message.Cancel.IsCancellationRequested
                    && UnprocessedRequest.MayRepeat(e, message, template, repeats))
                {
                    NoteRepeat(e, template, context);
                }
                catch (Exception e) when (!message.Cancel.IsCancellationRequested
                    && UnwritableRequest.Of(e, message, template) is { } refused)
                {
                    throw refused;
                }
            }

            return Received(response, template, token, context, times, trace);
        }
        catch (Exception e) when (IsOfMessage(e))
        {
            var failure = Failure(e, template, context, timeout);
            var reason = failure is OperationCanceledException ? "The request was cancelled." : failure.Message;
            tracer?.AddFailure(template, context, token?.Fingerprint, times, reason);
            if (ReferenceEquals(failure, e)) throw;
            throw failure;
        }
        finally
        {
            // Must come first: others wait for it.
            _pace.Leave(permit, response, template, context);
            timeout?.Dispose();
        }
    }

    /// <summary>Counts and measures a message that is about to be sent.</summary>
    /// <exception cref="RunEndedException">The run has ended.</exception>
    private static SendTimes Begin(RequestTemplate template, RequestContext context, long asked)
    {
        context.Gate?.Enter(!MethodTraits.IsSafe(template.Method));
        context.Attempts++;
        var times = new SendTimes(asked, Stopwatch.GetTimestamp());
        if (RequestMetrics.MeasuresPace) Measure(template, times);
        context.Resends = context.Reason is SendReason.First or SendReason.Next ? 0 : context.Resends + 1;
        if (template.Body is { CanReplay: false }) IdleGuard.TurnOff();
        return times;
    }

    /// <summary>
    /// After <c>Connection: close</c>, a connection must not be used again, even if the server leaves it open (RFC 9112 section 9.6).
    /// </summary>
    private HttpMessageInvoker SenderOf(ConnectingMessage message) =>
        message.IsCrossOrigin && crossOrigin is not null ? crossOrigin
        : closing is not null && message.Headers.ConnectionClose == true ? closing()
        : connections;

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

    /// <summary>Traces and explains a response, and prepares its body for reading.</summary>
    private ApiResponse Received(
        HttpResponseMessage response, RequestTemplate template, AccessToken? token, RequestContext context, in SendTimes times,
        MessageTrace? trace)
    {
        var record = tracer?.Add(template, context, token?.Fingerprint, times, response);
        MeasuredContent.Apply(response, template.Method);
        var capture = trace?.Receive(response);
        if (trace is null) Decompression.Apply(response);
        if (context.Events.IsEnabled(EventLevel.Verbose))
            context.Events.Write(new ResponseReceived(
                template.Method, template.Address, (int)response.StatusCode, Stopwatch.GetElapsedTime(times.Sent), token?.Fingerprint));
        if (context.Events.IsEnabled(EventLevel.Detail)) Explain(template, context, times, response);
        if (_options.ReadTimeout is { } readTimeout)
            response.Content = new TimedContent(response.Content, readTimeout, _options.Time ?? TimeProvider.System);
        return new ApiResponse(response, template)
        {
            Record = record,
            Capture = capture,
            Proxy = response.StatusCode == HttpStatusCode.ProxyAuthenticationRequired ? _options.ProxyOf?.Invoke(template.Address) : null,
        };
    }

    /// <summary>True if the message failed or was cancelled, and not if the run ended before it could be sent.</summary>
    private static bool IsOfMessage(Exception fault) =>
        ConnectionFault.IsCause(fault) || fault is OperationCanceledException and not RunEndedException;

    /// <summary>What a failed message throws.</summary>
    private Exception Failure(Exception fault, RequestTemplate template, RequestContext context, Deadline.Scope? timeout)
    {
        if (context.Cancel.IsCancellationRequested)
        {
            // Cancelling a request also closes a socket that is still connecting: that is no connection fault.
            return ConnectionFault.IsCause(fault) ? new OperationCanceledException(fault.Message, fault, context.Cancel) : fault;
        }

        return timeout?.IsExpired == true
            ? RequestFailure.FromTimeout(fault, template, _options.ResponseTimeout.GetValueOrDefault())
            : RequestFailure.FromConnection(fault, template, proxy: _options.ProxyOf?.Invoke(template.Address));
    }

    private static void NoteRepeat(Exception fault, RequestTemplate template, RequestContext context)
    {
        if (!context.Events.IsEnabled(EventLevel.Verbose)) return;
        var reason = fault.GetBaseException() switch
        {
            IdleConnectionException => RepeatReason.Idle,
            ResentException => RepeatReason.NoResponse,
            _ => RepeatReason.NotProcessed,
        };
        context.Events.Write(new RequestRepeated(template.Method, template.Address, reason));
    }

    /// <summary>Why it waited, and which connection it used. Mocks have none.</summary>
    private void Explain(RequestTemplate template, RequestContext context, in SendTimes times, HttpResponseMessage response)
    {
        var wait = Stopwatch.GetElapsedTime(times.Asked, times.Sent);
        if (wait > s_notableWait) context.Events.Write(new PaceAwaited(template.Origin, wait, _pace.SharedLimit));
        if (_options.IsMocked) return;
        var connecting = (response.RequestMessage as ConnectingMessage)?.Connecting ?? 0;
        context.Events.Write(new ConnectionUsed(
            template.Origin, connecting == 0, Stopwatch.GetElapsedTime(0, connecting), response.Version.ToString(2)));
    }

    private static void Measure(RequestTemplate template, in SendTimes times) => RequestMetrics.Paced(
        RequestMetrics.TagsOf(template.Method, template.Origin.Host, template.Origin.Port),
        Stopwatch.GetElapsedTime(times.Asked, times.Sent));
}
