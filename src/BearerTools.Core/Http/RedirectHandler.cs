using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// Follows redirects (RFC 9110 section 15.4). A hop to another origin goes without the token, the caller's headers and
/// any body; one that would take a body there, or leave https, is refused.
/// </summary>
internal sealed class RedirectHandler(IRequestHandler next, RedirectRules rules) : IRequestHandler
{
    public async Task<ApiResponse> SendAsync(RequestTemplate template, RequestContext context)
    {
        for (var hops = 0; ; hops++)
        {
            var response = await next.SendAsync(template, context).ConfigureAwait(false);
            if (rules.MaxHops == 0 || !IsRedirect(response.Status) || response.Message.Headers.Location is not { } location) return response;
            using (response)
            {
                if (hops >= rules.MaxHops)
                    throw Refuse(template, response, "TooManyRedirects", $"after {rules.MaxHops} redirects it still leads on", "Check the address: it may lead in a circle. If not, -MaximumRedirection allows more.");
                template = Follow(template, response, location);
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new RedirectFollowed((int)response.Status, template.Address, template.CarriesToken));
            }
        }
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MultipleChoices or HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private RequestTemplate Follow(RequestTemplate asked, ApiResponse response, Uri location)
    {
        var address = new UriBuilder(new Uri(asked.Address, location)) { Fragment = string.Empty }.Uri;
        var origin = Origin.Of(address);
        if (origin.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            throw Refuse(asked, response, "RedirectRefused", "it leads to an address that is not followed", "Ask the API's owner.");
        var sameOrigin = origin == asked.Origin;
        if (!sameOrigin && !origin.IsSafe && !rules.AllowInsecure)
            throw Refuse(asked, response, "RedirectRefused", $"it leads away from https, to {origin}", "Ask the API's owner; if that address is right, -AllowInsecureRedirect follows it, without the token.");

        var to = asked with { Address = address };
        if (!rules.PreserveMethod && BecomesGet(response.Status, asked.Method)) to = to with { Method = HttpMethod.Get, Body = null };
        if (sameOrigin)
        {
            return to.Body is { CanReplay: false }
                ? throw Refuse(asked, response, "BodyNotReplayable", "the body, a stream that cannot be wound back, has already been sent", "Give the final address, or the body as text, bytes or a file.")
                : to;
        }

        if (to.Body is not null)
            throw Refuse(asked, response, "RedirectRefused", $"it would take the body to another origin, {origin}", "If that is right, send it there yourself.");
        return to with { CarriesToken = asked.CarriesToken && rules.PreserveToken && origin.IsSafe, IsCrossOrigin = true, Headers = [] };
    }

    /// <summary>RFC 9110 section 15.4: 303 always, 300 to 302 for POST as all clients do, 307 and 308 never.</summary>
    private static bool BecomesGet(HttpStatusCode status, HttpMethod method) => status switch
    {
        HttpStatusCode.SeeOther => method != HttpMethod.Head,
        HttpStatusCode.MultipleChoices or HttpStatusCode.MovedPermanently or HttpStatusCode.Found => method == HttpMethod.Post,
        _ => false,
    };

    private static BearerRequestException Refuse(RequestTemplate template, ApiResponse response, string errorId, string why, string nextStep) =>
        new($"The redirect ({(int)response.Status}) from {RequestAddress.Printable(template.Address)} is not followed: {why}.", response.Status)
        {
            ErrorId = errorId,
            Kind = BearerErrorKind.Security,
            Address = RequestAddress.Printable(template.Address),
            NextStep = nextStep,
        };
}
