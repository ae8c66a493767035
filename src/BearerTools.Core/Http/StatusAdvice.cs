using System.Net;
using BearerTools.Http.Pacing;
using BearerTools.Http.Retrying;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>What to do about a status if the response itself does not say more.</summary>
internal static class StatusAdvice
{
    private const int LongestMethods = 200;
    private const int LongestAddress = 200;

    public static string? OfThrottling(ApiResponse response) => ServerWait.IsThrottled(response.Message)
        ? "Send fewer requests: limit the rate with -RateLimit 50/s, or use -AdaptiveThrottle or a lower -ThrottleLimit."
        : null;

    /// <summary>The advice for a status that says enough, whatever the request was for.</summary>
    public static string? OfHeaders(ApiResponse response) => response.Status switch
    {
        HttpStatusCode.ProxyAuthenticationRequired when response.Proxy is { } proxy =>
            $"The proxy {proxy.Place} refused the request: {proxy.CredentialFault}. {proxy.CredentialAdvice} -NoProxy connects without it.",
        HttpStatusCode.ProxyAuthenticationRequired =>
            "The proxy refused the request: it requires credentials. Pass them with -ProxyCredential, or bypass the proxy with -NoProxy. "
            + "If you use no proxy, report the status to the API's owner, because only proxies may use it.",
        HttpStatusCode.NetworkAuthenticationRequired =>
            "The network requires a sign-in, and its gateway responded instead of the API: sign in to the network in a browser, and try "
            + "again.",
        HttpStatusCode.RequestEntityTooLarge =>
            "The body is larger than the API accepts: send it in smaller parts, or as the API's documentation says for large files.",
        HttpStatusCode.UnsupportedMediaType when response.Message.RequestMessage?.Content?.Headers.ContentType is { } type =>
            $"The API does not accept a body of the type {ServerText.Clean(type.ToString(), 100)}: name the type that it documents with "
            + "-ContentType.",
        HttpStatusCode.UnsupportedMediaType =>
            "The API requires a body, or another type of it: name the type that it documents with -ContentType.",
        HttpStatusCode.ExpectationFailed => "The server does not support the Expect header: omit it.",
        _ => null,
    };

    /// <param name="response">A response without success.</param>
    /// <param name="words">What the API says; <see langword="null"/> if it says nothing.</param>
    public static string? For(ApiResponse response, string? words)
    {
        var source = words is null ? "documentation" : "message";
        return response.Status switch
        {
            HttpStatusCode.NotModified =>
                "The resource has not changed since the version that the request names. -SkipHttpErrorCheck returns this status as a "
                + "response.",
            HttpStatusCode.UseProxy =>
                "The status 305 is obsolete, and no client follows it (RFC 9110 section 15.4.6): report it to the API's owner.",
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => Redirect(response),
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity =>
                $"The API rejects this request: correct the path, the query, the headers or the body as its {source} says.",
            HttpStatusCode.MethodNotAllowed => Method(response),
            HttpStatusCode.RequestTimeout =>
                NotRetried(response.Template) ?? "The server did not receive the whole request in time: try again.",
            HttpStatusCode.Conflict =>
                "The resource exists already, or has changed since you read it: read it again, and send the change for its current state.",
            HttpStatusCode.Gone => "The resource or its address no longer exists: look up the current one in the API's documentation.",
            HttpStatusCode.PreconditionFailed =>
                "A condition of the request, such as If-Match, is not met: read the resource again, and use its current ETag.",
            HttpStatusCode.NotImplemented => "The API does not support this request: check the method and the address.",
            HttpStatusCode.HttpVersionNotSupported =>
                $"The server does not support HTTP/{response.Message.RequestMessage?.Version ?? response.Message.Version}: choose another "
                + "version with -HttpVersion.",
            HttpStatusCode.InsufficientStorage => "The server has not enough space for this request: report it to the API's owner.",
            >= HttpStatusCode.InternalServerError => NotRetried(response.Template) ?? Failed(response.Status),
            _ => null,
        };
    }

    private static string Redirect(ApiResponse response)
    {
        if (LocationHeader.Read(response.Message.Headers) is not { } location)
        {
            return response.Status == HttpStatusCode.MultipleChoices
                ? "The API offers several representations, and prefers none: choose one with an Accept header, or by its address."
                : "The response has no Location header that names an address: report it to the API's owner.";
        }

        if (!ServerProvidedUri.TryResolve(location, response.Template.Address, out var address, out _))
            return "It redirects to an address that cannot be used: report it to the API's owner.";
        // Only clipped after redaction: half a secret is not recognised.
        var shown = ServerText.Clean(RequestAddress.Printable(address), LongestAddress);
        // An address that a user types beside -Token gets the token: no server may choose it.
        if (response.Template.IsCrossOrigin || Origin.Of(address) != response.Template.Origin)
            return $"It redirects to another host or port, {shown}. {RedirectHandler.OtherOrigin}";
        return $"It redirects to {shown}: request that address"
            + $"{(RedirectHandler.IsRedirect(response.Status) ? ", or follow it with -MaximumRedirection" : string.Empty)}.";
    }

    private static string Method(ApiResponse response)
    {
        var (request, allow) = (response.Template, response.Message.Content.Headers.Allow);
        if (request.MethodBefore is { } typed)
        {
            return $"A redirect changed {typed} to {request.Method}, which the address does not support: "
                + (request.IsCrossOrigin ? "ask the API's owner which address to use." : "keep the method with "
                    + "-PreserveHttpMethodOnRedirect, or request the address to which it redirects.");
        }

        if (allow.Contains(request.Method.Method, StringComparer.OrdinalIgnoreCase))
        {
            return $"The API rejects {request.Method}, although it says that the address supports it: check the address. If it is correct, "
                + "report it to the API's owner.";
        }

        var methods = ServerText.Clean(string.Join(", ", allow), LongestMethods);
        return methods.Length == 0
            ? $"The address does not support {request.Method}: correct the address or the method."
            : $"The address does not support {request.Method}, only {methods}: correct the address or the method.";
    }

    private static string Failed(HttpStatusCode status) => status switch
    {
        HttpStatusCode.ServiceUnavailable => "The API is down, overloaded or in maintenance: try again later, and look at its status page.",
        HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout =>
            "A gateway got no valid response from the API: try again later. If the error persists, report it to the API's owner.",
        _ => "The API failed: try again. If the error persists, report it to the API's owner with the time and the request id of the "
            + "response (Get-BearerTrace -Last 1).",
    };

    /// <summary>For a request that must not simply be sent again; <see langword="null"/> for others.</summary>
    private static string? NotRetried(RequestTemplate template) =>
        template.Body is { CanReplay: false }
            ? "The request was not retried, because its body is a stream that cannot be read again: pass it as text, bytes or a file."
            : RetryClassifier.ReasonNotToRepeat(template) is null ? null
            : $"A {template.Method} request is not retried, because the API may have processed it: check that before you send it again. "
                + "With -IdempotencyKey, retries are safe if the API supports that header.";
}
