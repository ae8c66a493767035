using System.Globalization;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http.Pacing;
using BearerTools.Security;

namespace BearerTools.Http.Retrying;

/// <summary>
/// Retries transient faults where that is safe. Each attempt passes through the rest of the pipeline, with the token and the pace of
/// that moment. Pauses that an API asks for are enforced by its pace, because they apply to all requests.
/// </summary>
internal sealed class RetryHandler(IRequestHandler next, RetryPolicy policy, TimeProvider time, Func<double> jitter) : IRequestHandler
{
    /// <summary>From here on, a time of day may be that of another day.</summary>
    private static readonly TimeSpan s_longWait = TimeSpan.FromHours(12);

    public Task<ApiResponse> SendAsync(RequestTemplate template, RequestContext context) =>
        policy.Deadline is { } limit ? TryWithinAsync(limit, template, context) : TryAsync(template, context);

    /// <summary>Waits for the time of the next attempt after a failure that a retry may resolve.</summary>
    /// <exception cref="BearerRequestException">No attempt is left: the failure, with the reason.</exception>
    public Task NextTryAsync(BearerRequestException failure, RequestContext context)
    {
        var wait = Wait(context);
        if (ReasonToGiveUp(context, wait) is { } why) throw policy.MaxRetries == 0 ? failure : RetryFailure.GiveUpReason(failure, why);
        context.Retries++;
        if (context.Events.IsEnabled(EventLevel.Verbose))
            context.Events.Write(new FailureRetried(failure.Message, failure.ErrorId, context.Retries, policy.MaxRetries, wait));
        return WaitAsync(wait, context);
    }

    private async Task<ApiResponse> TryWithinAsync(TimeSpan limit, RequestTemplate template, RequestContext context)
    {
        // One deadline for the input: a redirect or a truncated body does not start a new one.
        context.Deadline ??= new Deadline(limit, time);
        var cancel = context.Cancel;
        using var scope = context.Deadline.Within(cancel);
        context.Cancel = scope.Token;
        try
        {
            return await TryAsync(template, context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (scope.IsExpired && !cancel.IsCancellationRequested)
        {
            throw RetryFailure.DeadlineExceeded(template, limit);
        }
        finally
        {
            context.Cancel = cancel;
        }
    }

    private async Task<ApiResponse> TryAsync(RequestTemplate template, RequestContext context)
    {
        while (true)
        {
            BearerRequestException failure;
            try
            {
                var response = await next.SendAsync(template, context).ConfigureAwait(false);
                if (response.IsSuccess) return response;
                if (!RetryClassifier.After(response, policy.RetriesEveryFailure))
                {
                    ExplainEnd(response, context, null);
                    return response;
                }

                if (await EndsWithAsync(response, context).ConfigureAwait(false)) return response;
                continue;
            }
            catch (BearerRequestException e) when (RetryClassifier.After(e, template))
            {
                failure = e;
            }

            await NextTryAsync(failure, context).ConfigureAwait(false);
        }
    }

    /// <summary>Returns true if a response that a retry might improve is final; otherwise returns false when it is time to retry.</summary>
    private async Task<bool> EndsWithAsync(ApiResponse response, RequestContext context)
    {
        var asked = ServerDelay.Delay(response.Message.Headers, time.GetUtcNow());
        if (asked <= TimeSpan.Zero) asked = null;
        var own = Wait(context);
        // Other statuses do not define it, so it can only lengthen the interval that the caller chose.
        if (asked < policy.Interval && !ServerWait.IsForAll(response.Message)) asked = null;
        var words = asked is { } delay ? ServerDelay.Beyond(delay, response.Message.Headers) ?? TimeText.Seconds(delay) : null;
        if (ReasonToGiveUp(context, asked ?? own, words) is { } why)
        {
            if (policy.MaxRetries > 0) response.GiveUpReason = why;
            ExplainEnd(response, context, policy.MaxRetries > 0 ? why : "retries are turned off");
            return true;
        }

        context.Retries++;
        if (context.Events.IsEnabled(EventLevel.Verbose))
        {
            context.Events.Write(new ResponseRetried(
                response.Template.Method, response.Template.Address, (int)response.Status, context.Retries, policy.MaxRetries,
                asked ?? own, asked is not null));
        }

        var isForAll = ServerWait.IsForAll(response.Message);
        response.Dispose();
        // The pace delays all requests to the origin, this one included.
        await WaitAsync(asked is not null && isForAll ? TimeSpan.Zero : asked ?? own, context).ConfigureAwait(false);
        return false;
    }

    /// <summary>
    /// The delay before the next attempt, if the API asks for none. A stream of events may have stated one: it is also the shortest after
    /// attempts to reconnect that failed.
    /// </summary>
    private TimeSpan Wait(RequestContext context)
    {
        var own = policy.Wait(context.Retries, jitter());
        return context.Position?.ReconnectionTime is { } stated && (context.Retries == 0 || own < stated) ? stated : own;
    }

    /// <summary>The reason why there is no retry, as a clause; <see langword="null"/> if there is one.</summary>
    private string? ReasonToGiveUp(RequestContext context, TimeSpan wait, string? asked = null)
    {
        if (context.Retries >= policy.MaxRetries) return $"given up after {context.Retries + 1} attempts";
        if (context.Deadline is not { } deadline || deadline.Left > wait) return null;
        var left = TimeText.Seconds(deadline.Left);
        return asked is not null
            ? $"the API asks to wait {asked}, but -DeadlineSeconds leaves only {left}"
            : $"given up: -DeadlineSeconds leaves only {left} for another attempt";
    }

    /// <summary>Explains why a response is final although its status is one that often passes.</summary>
    private static void ExplainEnd(ApiResponse response, RequestContext context, string? why)
    {
        if (!context.Events.IsEnabled(EventLevel.Detail) || (why is null && (int)response.Status < 500)) return;
        var template = response.Template;
        if (why is null && template.Body is { CanReplay: false }) why = "its body is a stream that cannot be read again";
        if (why is null && MethodTraits.IsIdempotent(template.Method)) why = "a retry is not expected to change that status";
        context.Events.Write(new RetryDeclined(template.Method, template.Address, (int)response.Status, why));
    }

    private async Task WaitAsync(TimeSpan wait, RequestContext context)
    {
        context.Reason = SendReason.Retry;
        context.Gate?.Rest();
        if (wait <= TimeSpan.Zero) return;
        var next = time.GetUtcNow() + wait;
        context.ProgressSink?.Show(string.Create(
            CultureInfo.InvariantCulture,
            $"retry {context.Retries} of {policy.MaxRetries} at {(wait < s_longWait ? TimeText.Clock(next) : TimeText.Of(next))}"));
        await Task.Delay(wait, time, context.Cancel).ConfigureAwait(false);
        context.ProgressSink?.Show(context.Page > 0 ? $"page {context.Page}" : null);
    }
}
