namespace BearerTools.Http.Waiting;

/// <summary>
/// Asks after work that goes on at the server until it is done, and gives its result as the answer. Each request goes the
/// whole way of requests: with a token that is renewed, only where the token may go, tried again in bad weather.
/// </summary>
/// <param name="next">The rest of that way.</param>
/// <param name="atMost">How long after the first answer; infinite as <see cref="Timeout.InfiniteTimeSpan"/>.</param>
/// <param name="time">The clock.</param>
internal sealed class PollingHandler(IRequestHandler next, TimeSpan atMost, TimeProvider time) : IRequestHandler
{
    public async Task<ApiResponse> SendAsync(RequestTemplate template, RequestContext context)
    {
        var response = await next.SendAsync(template, context).ConfigureAwait(false);
        Operation? operation;
        try
        {
            operation = Operation.After(template, response);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        return operation is null ? response : await new OperationWait(next, atMost, time, context, operation).FollowAsync(response).ConfigureAwait(false);
    }
}
