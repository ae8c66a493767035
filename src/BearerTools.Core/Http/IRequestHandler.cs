namespace BearerTools.Http;

/// <summary>One step of the request pipeline, such as redirects, retries, the token or the socket. Each calls the next.</summary>
internal interface IRequestHandler
{
    /// <summary>Returns the response, whatever its status; the caller disposes it.</summary>
    /// <exception cref="BearerRequestException">There is no response, or a rule forbids the request.</exception>
    /// <exception cref="BearerTokenException">A token was needed and could not be acquired.</exception>
    Task<ApiResponse> SendAsync(RequestTemplate template, RequestContext context);
}
