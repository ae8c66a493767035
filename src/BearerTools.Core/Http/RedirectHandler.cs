using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// Follows redirects (RFC 9110 section 15.4). A redirect to another origin is followed without the token and without the caller's
/// headers. It is refused if it would repeat a request there that has a body or changes something, if it leaves https, and if it
/// leads from elsewhere to this machine.
/// </summary>
internal sealed class RedirectHandler(IRequestHandler next, RedirectRules rules) : IRequestHandler
{
    private const string AskTheOwner = "Ask the API's owner.";

    public async Task<ApiResponse> SendAsync(RequestTemplate template, RequestContext context)
    {
        for (var hops = 0; ; hops++)
        {
            var response = await next.SendAsync(template, context).ConfigureAwait(false);
            if (rules.MaxHops == 0 || !IsRedirect(response.Status) || Location(response) is not { } location) return response;
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

    /// <summary>The runtime drops what it cannot parse, and decodes what is in UTF-8.</summary>
    private static string? Location(ApiResponse response) =>
        response.Message.Headers.NonValidated.TryGetValues("Location", out var values) && values.FirstOrDefault() is { } text && !string.IsNullOrWhiteSpace(text)
            ? response.Message.Headers.Location?.OriginalString ?? text.Trim()
            : null;

    private RequestTemplate Follow(RequestTemplate asked, ApiResponse response, string location)
    {
        if (!ServerProvidedUri.TryResolve(location, asked.Address, out var address, out var why)) throw Refuse(asked, response, "RedirectRefused", why, AskTheOwner);
        var origin = Origin.Of(address);
        var sameOrigin = origin == asked.Origin;
        if (!asked.Origin.MayBeThisMachine && origin.MayBeThisMachine)
            throw Refuse(asked, response, "RedirectRefused", $"it leads from elsewhere to this machine, to {origin}", "If that is right, request that address directly.");
        var leavesHttps = asked.Origin.IsHttps && !origin.IsHttps;
        if (!sameOrigin && (leavesHttps || !origin.IsSafe) && !rules.AllowInsecure)
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
        if (!MethodTraits.IsSafe(to.Method))
            throw Refuse(asked, response, "RedirectRefused", $"it would repeat the {to.Method} request at another origin, {origin}", "If that is right, send it there yourself.");
        return to with { CarriesToken = asked.CarriesToken && rules.PreserveToken && origin.IsSafe && !leavesHttps, IsCrossOrigin = true, Headers = [] };
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
