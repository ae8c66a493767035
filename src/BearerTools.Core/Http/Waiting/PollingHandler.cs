namespace BearerTools.Http.Waiting;

/// <summary>
/// Polls a long-running operation until it is done, and returns its result as the response. Each poll passes through the rest of
/// the pipeline: with a renewed token, only to admitted origins, and with retries.
/// </summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="atMost">The time limit from the first response; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
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

        return operation is null
            ? response
            : await new OperationWait(next, atMost, time, context, operation).FollowAsync(response).ConfigureAwait(false);
    }
}
