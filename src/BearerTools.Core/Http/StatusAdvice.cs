using System.Net;
using BearerTools.Http.Retrying;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>What to do about a status if the response itself does not say more.</summary>
internal static class StatusAdvice
{
    private const int LongestMethods = 200;

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
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => Redirect(response),
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity =>
                $"The API rejects this request, not the token: correct the path, the query, the headers or the body as its {source} says.",
            HttpStatusCode.MethodNotAllowed => Method(response),
            HttpStatusCode.Conflict =>
                "The resource exists already, or has changed since you read it: read it again, and send the change for its current state.",
            HttpStatusCode.Gone => "The resource or its address no longer exists: look up the current one in the API's documentation.",
            HttpStatusCode.PreconditionFailed =>
                "A condition of the request, such as If-Match, is not met: read the resource again, and use its current ETag.",
            HttpStatusCode.NotImplemented => "The API does not support this request: check the method and the address.",
            >= HttpStatusCode.InternalServerError => NotRetried(response.Template) ?? Failed(response.Status),
            _ => null,
        };
    }

    private static string Redirect(ApiResponse response) =>
        LocationHeader.Read(response.Message.Headers) is not { } location
            ? "The response names no address to go on at: report it to the API's owner."
            : ServerProvidedUri.TryResolve(location, response.Template.Address, out var address, out _)
                ? $"It redirects to {RequestAddress.Printable(address)}: request that address, or follow it with -MaximumRedirection."
                : "It redirects to an address that cannot be used: report it to the API's owner.";

    private static string Method(ApiResponse response)
    {
        var methods = ServerText.Clean(string.Join(", ", response.Message.Content.Headers.Allow), LongestMethods);
        return methods.Length == 0
            ? $"The address does not support {response.Template.Method}: correct the address, or -Method."
            : $"The address does not support {response.Template.Method}, but {methods}: correct the address, or -Method.";
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
