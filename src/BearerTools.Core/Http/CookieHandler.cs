using System.Net;

namespace BearerTools.Http;

/// <summary>
/// Sends the session's cookies where they belong (RFC 6265 section 5.4), and stores those that responses set. After a redirect to
/// another origin it sends and stores none: the caller did not mean to identify there.
/// </summary>
internal sealed class CookieHandler(IRequestHandler next, CookieContainer cookies) : IRequestHandler
{
    public async Task<ApiResponse> SendAsync(RequestTemplate template, RequestContext context)
    {
        if (template.IsCrossOrigin) return await next.SendAsync(template with { Cookies = null }, context).ConfigureAwait(false);
        var response = await next.SendAsync(
            template with { Cookies = cookies.GetCookieHeader(template.Address) }, context).ConfigureAwait(false);
        Keep(response, template.Address);
        return response;
    }

    private void Keep(ApiResponse response, Uri address)
    {
        if (!response.Message.Headers.NonValidated.TryGetValues("Set-Cookie", out var values)) return;
        foreach (var value in values)
        {
            // Stored, it would make every further request of the session one that cannot be sent.
            if (!RequestHeaders.IsWritable(value)) continue;
            try
            {
                cookies.SetCookies(address, value);
            }
            catch (CookieException)
            {
                // Malformed, or set for another domain: browsers ignore it too.
            }
        }
    }
}
