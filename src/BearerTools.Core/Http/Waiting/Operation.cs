using System.Net;

namespace BearerTools.Http.Waiting;

/// <summary>
/// Work that goes on at the server after its answer, and where to ask for it: in the way of Azure's guidelines
/// (Operation-Location, Azure-AsyncOperation: the state is in the body), or with a 202 and a Location that answers 202
/// until it is done (RFC 9110 section 15.3.3).
/// </summary>
/// <param name="Asked">What began it.</param>
/// <param name="State">Where to ask how it goes.</param>
/// <param name="IsInBody">Whether the state is in the body there, and not in the status.</param>
/// <param name="Result">Where the result is when it is done; nothing when the last answer is the result.</param>
internal sealed record Operation(RequestTemplate Asked, Uri State, bool IsInBody, Uri? Result)
{
    private const string What = "the operation's state";

    /// <summary>What goes on after an answer; nothing when the answer is the end of it.</summary>
    /// <exception cref="BearerRequestException">Something goes on, but there is no telling where.</exception>
    public static Operation? After(RequestTemplate asked, ApiResponse response)
    {
        var reads = asked.Method == HttpMethod.Get || asked.Method == HttpMethod.Head;
        var accepted = response.Status == HttpStatusCode.Accepted;
        if (!accepted && (reads || response.Status is not (HttpStatusCode.OK or HttpStatusCode.Created))) return null;

        if ((Header(response, "Operation-Location") ?? Header(response, "Azure-AsyncOperation")) is { } monitor)
            return new(asked, ServerProvidedUri.Resolve(monitor, response, What), IsInBody: true, ResultOf(asked.Method, response));
        if (!accepted) return null;
        if (Header(response, "Location") is { } location) return new(asked, ServerProvidedUri.Resolve(location, response, What), IsInBody: false, null);
        // An answer that is still being made: the same is asked until it is there.
        return reads ? new(asked, response.Template.Address, IsInBody: false, null) : throw Nowhere(response);
    }

    /// <summary>The operation as the answer to a poll leaves it: it may have moved.</summary>
    public Operation Then(ApiResponse response) => response.Status == HttpStatusCode.Accepted && Header(response, "Location") is { } location
        ? this with { State = ServerProvidedUri.Resolve(location, response, What) }
        : this;

    /// <summary>A request that goes with it. Conditions on the first one are none of its business.</summary>
    public RequestTemplate Get(Uri address) => Asked.At(address) with
    {
        Method = HttpMethod.Get,
        Body = null,
        Resume = null,
        Headers = [.. Asked.Headers.Where(header => !header.Key.StartsWith("If-", StringComparison.OrdinalIgnoreCase))],
    };

    /// <summary>What was put or changed is where it was put; of other work the server says where its result is, or it has none.</summary>
    private static Uri? ResultOf(HttpMethod method, ApiResponse response)
    {
        if (method == HttpMethod.Put || method == HttpMethod.Patch) return response.Template.Address;
        return method != HttpMethod.Delete && Header(response, "Location") is { } location ? ServerProvidedUri.Resolve(location, response, "the result") : null;
    }

    private static string? Header(ApiResponse response, string name) =>
        response.Message.Headers.NonValidated.TryGetValues(name, out var values) && values.FirstOrDefault() is { Length: > 0 } value ? value : null;

    private static BearerRequestException Nowhere(ApiResponse response)
    {
        var address = RequestAddress.Printable(response.Template.Address);
        return new BearerRequestException(
            $"{response.Template.Method} {address}: it was accepted (202), but the answer does not say where to ask how it goes.", response.Status, RequestFailure.Headers(response.Message))
        {
            ErrorId = "NothingToWaitFor",
            Kind = BearerErrorKind.InvalidData,
            Address = address,
            NextStep = "See in the API's description how it is followed, and leave out -Wait.",
        };
    }
}
