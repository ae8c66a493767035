using BearerTools.Diagnostics;
using BearerTools.Http.Pacing;

namespace BearerTools.Http.Retrying;

/// <summary>
/// Tries again what may work the next time, where that can do no harm. Each try goes its whole way: with the token of
/// then, and at the pace of then. A pause that the API asks for is the pace's business, as it is meant for everyone.
/// </summary>
internal sealed class RetryHandler(IRequestHandler next, RetryPolicy policy, TimeProvider time, Func<double> jitter) : IRequestHandler
{
    public Task<ApiResponse> SendAsync(RequestTemplate template, RequestContext context) =>
        policy.Deadline is { } limit ? TryWithinAsync(limit, template, context) : TryAsync(template, context);

    /// <summary>Something failed that another try may better: returns when it is time for that.</summary>
    /// <exception cref="BearerRequestException">There is no other try: the failure, and why it is the last.</exception>
    public Task NextTryAsync(BearerRequestException failure, RequestContext context)
    {
        var wait = policy.Wait(context.Retries, jitter());
        if (WhyNot(context, wait) is { } why) throw policy.MaxRetries == 0 ? failure : RetryFailure.GiveUpReason(failure, why);
        context.Retries++;
        if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new FailureRetried(failure.Message, context.Retries, policy.MaxRetries, wait));
        return WaitAsync(wait, context);
    }

    private async Task<ApiResponse> TryWithinAsync(TimeSpan limit, RequestTemplate template, RequestContext context)
    {
        // The input's, not the hop's: a redirect or a body that broke off begins no new one.
        context.Deadline ??= new Deadline(limit, time);
        var cancel = context.Cancel;
        using var scope = context.Deadline.Within(cancel);
        context.Cancel = scope.Token;
        try
        {
            return await TryAsync(template, context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (scope.IsOver && !cancel.IsCancellationRequested)
        {
            throw RetryFailure.Overdue(template, limit);
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
                if (response.IsSuccess || !RetryClassifier.After(response) || await EndsWithAsync(response, context).ConfigureAwait(false)) return response;
                continue;
            }
            catch (BearerRequestException e) when (RetryClassifier.After(e, template))
            {
                failure = e;
            }

            await NextTryAsync(failure, context).ConfigureAwait(false);
        }
    }

    /// <summary>Whether an answer that another try might better is the last one; if not, returns when it is time for that try.</summary>
    private async Task<bool> EndsWithAsync(ApiResponse response, RequestContext context)
    {
        var asked = RetryAfter.Delay(response.Message.Headers, time.GetUtcNow());
        if (asked <= TimeSpan.Zero) asked = null;
        var own = policy.Wait(context.Retries, jitter());
        if (WhyNot(context, asked ?? own, asked) is { } why)
        {
            if (policy.MaxRetries > 0) response.GiveUpReason = why;
            return true;
        }

        context.Retries++;
        if (context.Events.IsEnabled(EventLevel.Verbose))
        {
            context.Events.Write(new ResponseRetried(
                response.Template.Method, response.Template.Address, (int)response.Status, context.Retries, policy.MaxRetries, asked ?? own, asked is not null));
        }

        var isForAll = ServerWait.IsForAll(response.Message);
        response.Dispose();
        // The pace makes everyone wait who sends there, this request among the first.
        await WaitAsync(asked is not null && isForAll ? TimeSpan.Zero : asked ?? own, context).ConfigureAwait(false);
        return false;
    }

    /// <summary>Why there is no other try, as half a sentence; nothing when there is one.</summary>
    private string? WhyNot(RequestContext context, TimeSpan wait, TimeSpan? asked = null)
    {
        if (context.Retries >= policy.MaxRetries) return $"given up after {context.Retries + 1} tries";
        if (context.Deadline is not { } deadline || deadline.Left > wait) return null;
        var left = TimeText.Seconds(deadline.Left);
        return asked is { } time
            ? $"the API asks to come again in {TimeText.Seconds(time)}, and -DeadlineSeconds leaves {left}"
            : $"given up: -DeadlineSeconds leaves {left} for another try";
    }

    private async Task WaitAsync(TimeSpan wait, RequestContext context)
    {
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, context.Cancel).ConfigureAwait(false);
    }
}
