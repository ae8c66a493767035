using System.Net;

namespace BearerTools.Http;

/// <summary>
/// Sends a session's cookies where they belong (RFC 6265 section 5.4), and keeps those that answers bring. After a hop
/// to another origin there are none: the caller did not mean to be known there.
/// </summary>
internal sealed class CookieHandler(IRequestHandler next, CookieContainer cookies) : IRequestHandler
{
    public async Task<ApiResponse> SendAsync(RequestTemplate template, RequestContext context)
    {
        if (template.IsCrossOrigin) return await next.SendAsync(template with { Cookies = null }, context).ConfigureAwait(false);
        var response = await next.SendAsync(template with { Cookies = cookies.GetCookieHeader(template.Address) }, context).ConfigureAwait(false);
        Keep(response, template.Address);
        return response;
    }

    private void Keep(ApiResponse response, Uri address)
    {
        if (!response.Message.Headers.NonValidated.TryGetValues("Set-Cookie", out var values)) return;
        foreach (var value in values)
        {
            try
            {
                cookies.SetCookies(address, value);
            }
            catch (CookieException)
            {
                // Malformed, or for somebody else's domain: browsers pass over it too.
            }
        }
    }
}
