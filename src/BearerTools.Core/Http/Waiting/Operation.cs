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
internal sealed record Operation(RequestRecipe Asked, Uri State, bool IsInBody, Uri? Result)
{
    private const string What = "the operation's state";

    /// <summary>What goes on after an answer; nothing when the answer is the end of it.</summary>
    /// <exception cref="BearerRequestException">Something goes on, but there is no telling where.</exception>
    public static Operation? After(RequestRecipe asked, Answer answer)
    {
        var reads = asked.Method == HttpMethod.Get || asked.Method == HttpMethod.Head;
        var accepted = answer.Status == HttpStatusCode.Accepted;
        if (!accepted && (reads || answer.Status is not (HttpStatusCode.OK or HttpStatusCode.Created))) return null;

        if ((Header(answer, "Operation-Location") ?? Header(answer, "Azure-AsyncOperation")) is { } monitor)
            return new(asked, FollowedAddress.Resolve(monitor, answer, What), IsInBody: true, ResultOf(asked.Method, answer));
        if (!accepted) return null;
        if (Header(answer, "Location") is { } location) return new(asked, FollowedAddress.Resolve(location, answer, What), IsInBody: false, null);
        // An answer that is still being made: the same is asked until it is there.
        return reads ? new(asked, answer.Recipe.Address, IsInBody: false, null) : throw Nowhere(answer);
    }

    /// <summary>The operation as the answer to a poll leaves it: it may have moved.</summary>
    public Operation Then(Answer answer) => answer.Status == HttpStatusCode.Accepted && Header(answer, "Location") is { } location
        ? this with { State = FollowedAddress.Resolve(location, answer, What) }
        : this;

    /// <summary>A request that goes with it. Conditions on the first one are none of its business.</summary>
    public RequestRecipe Get(Uri address) => Asked.At(address) with
    {
        Method = HttpMethod.Get,
        Body = null,
        Resume = null,
        Headers = [.. Asked.Headers.Where(header => !header.Key.StartsWith("If-", StringComparison.OrdinalIgnoreCase))],
    };

    /// <summary>What was put or changed is where it was put; of other work the server says where its result is, or it has none.</summary>
    private static Uri? ResultOf(HttpMethod method, Answer answer)
    {
        if (method == HttpMethod.Put || method == HttpMethod.Patch) return answer.Recipe.Address;
        return method != HttpMethod.Delete && Header(answer, "Location") is { } location ? FollowedAddress.Resolve(location, answer, "the result") : null;
    }

    private static string? Header(Answer answer, string name) =>
        answer.Message.Headers.NonValidated.TryGetValues(name, out var values) && values.FirstOrDefault() is { Length: > 0 } value ? value : null;

    private static BearerRequestException Nowhere(Answer answer)
    {
        var address = RequestAddress.Printable(answer.Recipe.Address);
        return new BearerRequestException(
            $"{answer.Recipe.Method} {address}: it was accepted (202), but the answer does not say where to ask how it goes.", answer.Status, RequestFailure.Headers(answer.Message))
        {
            ErrorId = "NothingToWaitFor",
            Kind = BearerErrorKind.InvalidData,
            Address = address,
            NextStep = "See in the API's description how it is followed, and leave out -Wait.",
        };
    }
}
