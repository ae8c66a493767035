using BearerTools.Http.Pacing;

namespace BearerTools.Http.Retrying;

/// <summary>
/// Tries again what may work the next time, where that can do no harm. Each try goes its whole way: with the token of
/// then, and at the pace of then. A pause that the API asks for is the pace's business, as it is meant for everyone.
/// </summary>
internal sealed class RetrySender(IRequestSender next, RetryPolicy policy, TimeProvider time, Func<double> luck) : IRequestSender
{
    public Task<Answer> SendAsync(RequestRecipe recipe, Exchange exchange) =>
        policy.Deadline is { } limit ? TryWithinAsync(limit, recipe, exchange) : TryAsync(recipe, exchange);

    /// <summary>Something failed that another try may better: returns when it is time for that.</summary>
    /// <exception cref="BearerRequestException">There is no other try: the failure, and why it is the last.</exception>
    public Task NextTryAsync(BearerRequestException failure, Exchange exchange)
    {
        var wait = policy.Wait(exchange.Retries, luck());
        if (WhyNot(exchange, wait) is { } why) throw policy.Most == 0 ? failure : RetryFailure.GivenUp(failure, why);
        return WaitAsync(failure.Message, wait, exchange);
    }

    private async Task<Answer> TryWithinAsync(TimeSpan limit, RequestRecipe recipe, Exchange exchange)
    {
        // The input's, not the hop's: a redirect or a body that broke off begins no new one.
        exchange.Deadline ??= new Deadline(limit, time);
        var cancel = exchange.Cancel;
        using var scope = exchange.Deadline.Within(cancel);
        exchange.Cancel = scope.Token;
        try
        {
            return await TryAsync(recipe, exchange).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (scope.IsOver && !cancel.IsCancellationRequested)
        {
            throw RetryFailure.Overdue(recipe, limit);
        }
        finally
        {
            exchange.Cancel = cancel;
        }
    }

    private async Task<Answer> TryAsync(RequestRecipe recipe, Exchange exchange)
    {
        while (true)
        {
            BearerRequestException failure;
            try
            {
                var answer = await next.SendAsync(recipe, exchange).ConfigureAwait(false);
                if (answer.IsSuccess || !Repeatable.After(answer) || await EndsWithAsync(answer, exchange).ConfigureAwait(false)) return answer;
                continue;
            }
            catch (BearerRequestException e) when (Repeatable.After(e, recipe))
            {
                failure = e;
            }

            await NextTryAsync(failure, exchange).ConfigureAwait(false);
        }
    }

    /// <summary>Whether an answer that another try might better is the last one; if not, returns when it is time for that try.</summary>
    private async Task<bool> EndsWithAsync(Answer answer, Exchange exchange)
    {
        var asked = RetryAfter.Delay(answer.Message.Headers, time.GetUtcNow());
        if (asked <= TimeSpan.Zero) asked = null;
        var own = policy.Wait(exchange.Retries, luck());
        if (WhyNot(exchange, asked ?? own, asked) is { } why)
        {
            if (policy.Most > 0) answer.GivenUp = why;
            return true;
        }

        var status = $"{answer.Recipe.Method} {RequestAddress.Printable(answer.Recipe.Address)}: {(int)answer.Status}.";
        var isForAll = ServerWait.IsForAll(answer.Message);
        answer.Dispose();
        // The pace makes everyone wait who sends there, this request among the first.
        await WaitAsync(status, asked is not null && isForAll ? TimeSpan.Zero : asked ?? own, exchange, asked).ConfigureAwait(false);
        return false;
    }

    /// <summary>Why there is no other try, as half a sentence; nothing when there is one.</summary>
    private string? WhyNot(Exchange exchange, TimeSpan wait, TimeSpan? asked = null)
    {
        if (exchange.Retries >= policy.Most) return $"given up after {exchange.Retries + 1} tries";
        if (exchange.Deadline is not { } deadline || deadline.Left > wait) return null;
        var left = TimeText.Seconds(deadline.Left);
        return asked is { } time
            ? $"the API asks to come again in {TimeText.Seconds(time)}, and -DeadlineSeconds leaves {left}"
            : $"given up: -DeadlineSeconds leaves {left} for another try";
    }

    private async Task WaitAsync(string what, TimeSpan wait, Exchange exchange, TimeSpan? asked = null)
    {
        exchange.Retries++;
        exchange.Say?.Invoke($"{what} Tries again ({exchange.Retries} of {policy.Most}) in {TimeText.Seconds(asked ?? wait)}{(asked is null ? string.Empty : ", as the API asks")}.");
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, exchange.Cancel).ConfigureAwait(false);
    }
}
