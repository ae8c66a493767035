using System.Net;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>
/// Follows redirects (RFC 9110 section 15.4). A hop to another origin goes without the token, the caller's headers and
/// any body; one that would take a body there, or leave https, is refused.
/// </summary>
internal sealed class RedirectSender(IRequestSender next, int mostHops) : IRequestSender
{
    public const int DefaultMostHops = 5;

    public async Task<Answer> SendAsync(RequestRecipe recipe, Exchange exchange)
    {
        for (var hops = 0; ; hops++)
        {
            var answer = await next.SendAsync(recipe, exchange).ConfigureAwait(false);
            if (!IsRedirect(answer.Status) || answer.Message.Headers.Location is not { } location) return answer;
            using (answer)
            {
                if (hops >= mostHops)
                    throw Refuse(recipe, answer, "TooManyRedirects", $"after {mostHops} redirects it still leads on", "Check the address: it may lead in a circle.");
                recipe = Follow(recipe, answer, location);
                exchange.Say?.Invoke($"Redirected ({(int)answer.Status}) to {RequestAddress.Printable(recipe.Address)}{(recipe.CarriesToken ? string.Empty : ", without the token")}.");
            }
        }
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static RequestRecipe Follow(RequestRecipe asked, Answer answer, Uri location)
    {
        var address = new UriBuilder(new Uri(asked.Address, location)) { Fragment = string.Empty }.Uri;
        var origin = Origin.Of(address);
        if (origin.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            throw Refuse(asked, answer, "RedirectRefused", "it leads to an address that is not followed", "Ask the API's owner.");
        var sameOrigin = origin == Origin.Of(asked.Address);
        if (!sameOrigin && !origin.IsSafe)
            throw Refuse(asked, answer, "RedirectRefused", $"it leads away from https, to {origin}", "Ask the API's owner; if that address is right, give it yourself.");

        var to = asked with { Address = address };
        if (BecomesGet(answer.Status, asked.Method)) to = to with { Method = HttpMethod.Get, Body = null };
        if (sameOrigin)
        {
            return to.Body is { CanReplay: false }
                ? throw Refuse(asked, answer, "BodyNotReplayable", "the body, a stream that cannot be wound back, has already been sent", "Give the final address, or the body as text, bytes or a file.")
                : to;
        }

        if (to.Body is not null)
            throw Refuse(asked, answer, "RedirectRefused", $"it would take the body to another origin, {origin}", "If that is right, send it there yourself.");
        return to with { CarriesToken = false, Headers = [] };
    }

    /// <summary>RFC 9110 section 15.4: 303 always, 301 and 302 for POST as all clients do, 307 and 308 never.</summary>
    private static bool BecomesGet(HttpStatusCode status, HttpMethod method) => status switch
    {
        HttpStatusCode.SeeOther => method != HttpMethod.Head,
        HttpStatusCode.MovedPermanently or HttpStatusCode.Found => method == HttpMethod.Post,
        _ => false,
    };

    private static BearerRequestException Refuse(RequestRecipe recipe, Answer answer, string errorId, string why, string nextStep) =>
        new($"The redirect ({(int)answer.Status}) from {RequestAddress.Printable(recipe.Address)} is not followed: {why}.", answer.Status)
        {
            ErrorId = errorId,
            Kind = BearerErrorKind.Security,
            Address = RequestAddress.Printable(recipe.Address),
            NextStep = nextStep,
        };
}
