using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// Follows redirects (RFC 9110 section 15.4). A redirect to another origin is followed without the token and without the caller's
/// headers. A redirect is refused if it would repeat a request with a body or side effects at another origin, if it leaves https,
/// or if it leads from another machine to this one.
/// </summary>
internal sealed class RedirectHandler(IRequestHandler next, RedirectRules rules) : IRequestHandler
{
    private const string ReportToOwner = "Report it to the API's owner.";

    /// <summary>It must not invite to send the token to an origin that a server chose.</summary>
    public const string OtherOrigin =
        "The token is not for that origin. Check with the API's owner before you send a request there, and send no token of another API.";

    public async Task<ApiResponse> SendAsync(RequestTemplate template, RequestContext context)
    {
        for (var hops = 0; ; hops++)
        {
            var response = await next.SendAsync(template, context).ConfigureAwait(false);
            if (rules.MaxHops == 0 || !IsRedirect(response.Status) || LocationHeader.Read(response.Message.Headers) is not { } location)
                return response;
            using (response)
            {
                if (hops >= rules.MaxHops)
                    throw Refuse(template, response, "TooManyRedirects",
                        $"it exceeds the limit of {rules.MaxHops}",
                        "Check the address for a redirect loop. If there is none, raise -MaximumRedirection.");
                template = Follow(template, response, location);
                context.Reason = SendReason.Redirect;
                if (context.Events.IsEnabled(EventLevel.Verbose))
                    context.Events.Write(new RedirectFollowed((int)response.Status, template.Address, template.CarriesToken));
            }
        }
    }

    /// <summary>True for the statuses whose Location is followed.</summary>
    public static bool IsRedirect(HttpStatusCode status) =>
        status is HttpStatusCode.MultipleChoices or HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private RequestTemplate Follow(RequestTemplate request, ApiResponse response, string location)
    {
        if (!ServerProvidedUri.TryResolve(location, request.Address, out var address, out var why))
            throw Refuse(request, response, "RedirectRefused", why, ReportToOwner);
        var origin = Origin.Of(address);
        var sameOrigin = origin == request.Origin;
        if (!request.Origin.MayBeThisMachine && origin.MayBeThisMachine)
            throw Refuse(request, response, "RedirectRefused",
                $"it leads from another machine to this machine, {origin}",
                "Check the address with the API's owner: the token is not for this machine.");
        var leavesHttps = request.Origin.IsHttps && !origin.IsHttps;
        if (!sameOrigin && (leavesHttps || !origin.IsSafe) && !rules.AllowInsecure)
            throw Refuse(request, response, "RedirectRefused",
                leavesHttps ? $"it leads from https to {origin}" : $"it leads to {origin}, which is not encrypted",
                "Report it to the API's owner. If the address is right, -AllowInsecureRedirect follows it, without the token.");

        var to = request with { Address = address, RedirectedFrom = request.RedirectedFrom ?? request.Address };
        if (!rules.PreserveMethod && BecomesGet(response.Status, request.Method))
        {
            to = to with
            {
                Method = HttpMethod.Get,
                MethodBefore = request.MethodBefore ?? (request.Method == HttpMethod.Get ? null : request.Method),
                Body = null,
                ContentType = null,
            };
        }

        if (sameOrigin)
        {
            return to.Body is { CanReplay: false }
                ? throw Refuse(request, response, "BodyNotReplayable",
                    "the body, a stream that cannot be rewound, has already been sent",
                    "Pass the final address, or the body as text, bytes or a file.")
                : to;
        }

        if (to.Body is not null)
            throw Refuse(request, response, "RedirectRefused",
                $"it would send the body to another origin, {origin}",
                OtherOrigin);
        if (!MethodTraits.IsSafe(to.Method))
            throw Refuse(request, response, "RedirectRefused",
                $"it would repeat the {to.Method} request at another origin, {origin}",
                OtherOrigin);
        return to with
        {
            CarriesToken = request.CarriesToken && rules.PreserveToken && origin.IsSafe && !leavesHttps,
            IsCrossOrigin = true,
            Headers = [],
        };
    }

    /// <summary>RFC 9110 section 15.4: 303 becomes GET; 300 to 302 become GET for POST, as in all clients; 307 and 308 never do.</summary>
    private static bool BecomesGet(HttpStatusCode status, HttpMethod method) => status switch
    {
        HttpStatusCode.SeeOther => method != HttpMethod.Head,
        HttpStatusCode.MultipleChoices or HttpStatusCode.MovedPermanently or HttpStatusCode.Found => method == HttpMethod.Post,
        _ => false,
    };

    private static BearerRequestException Refuse(
        RequestTemplate template, ApiResponse response, string errorId, string why, string nextStep) =>
        response.Failed(
            ResponseFault.NotFollowed,
            new BearerRequestException(
                $"The redirect ({(int)response.Status}) from {RequestAddress.Printable(template.Address)} is not followed: {why}.",
                response.Status)
            {
                ErrorId = errorId,
                Kind = BearerErrorKind.Security,
                Address = RequestAddress.Printable(template.Address),
                NextStep = nextStep,
            });
}
