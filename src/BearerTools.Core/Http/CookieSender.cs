using System.Net;

namespace BearerTools.Http;

/// <summary>
/// Sends a session's cookies where they belong (RFC 6265 section 5.4), and keeps those that answers bring. After a hop
/// to another origin there are none: the caller did not mean to be known there.
/// </summary>
internal sealed class CookieSender(IRequestSender next, CookieContainer cookies) : IRequestSender
{
    public async Task<Answer> SendAsync(RequestRecipe recipe, Exchange exchange)
    {
        if (recipe.IsElsewhere) return await next.SendAsync(recipe with { Cookies = null }, exchange).ConfigureAwait(false);
        var answer = await next.SendAsync(recipe with { Cookies = cookies.GetCookieHeader(recipe.Address) }, exchange).ConfigureAwait(false);
        Keep(answer, recipe.Address);
        return answer;
    }

    private void Keep(Answer answer, Uri address)
    {
        if (!answer.Message.Headers.NonValidated.TryGetValues("Set-Cookie", out var values)) return;
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
