namespace BearerTools.Http.Waiting;

/// <summary>
/// Asks after work that goes on at the server until it is done, and gives its result as the answer. Each request goes the
/// whole way of requests: with a token that is renewed, only where the token may go, tried again in bad weather.
/// </summary>
/// <param name="next">The rest of that way.</param>
/// <param name="atMost">How long after the first answer; infinite as <see cref="Timeout.InfiniteTimeSpan"/>.</param>
/// <param name="time">The clock.</param>
internal sealed class WaitSender(IRequestSender next, TimeSpan atMost, TimeProvider time) : IRequestSender
{
    public async Task<Answer> SendAsync(RequestRecipe recipe, Exchange exchange)
    {
        var answer = await next.SendAsync(recipe, exchange).ConfigureAwait(false);
        Operation? operation;
        try
        {
            operation = Operation.After(recipe, answer);
        }
        catch
        {
            answer.Dispose();
            throw;
        }

        return operation is null ? answer : await new OperationWait(next, atMost, time, exchange, operation).FollowAsync(answer).ConfigureAwait(false);
    }
}
