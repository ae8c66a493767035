namespace BearerTools.Http;

/// <summary>One step on the way of a request: redirects, retries, the token, the socket. Each hands on to the next.</summary>
internal interface IRequestHandler
{
    /// <summary>The answer, whatever its status; the caller disposes it.</summary>
    /// <exception cref="BearerRequestException">No answer could be got, or a rule forbids asking.</exception>
    /// <exception cref="BearerTokenException">A token was needed and could not be got.</exception>
    Task<ApiResponse> SendAsync(RequestTemplate template, RequestContext context);
}
