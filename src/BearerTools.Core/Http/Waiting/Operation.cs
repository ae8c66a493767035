using System.Net;

namespace BearerTools.Http.Waiting;

/// <summary>
/// A long-running operation that continues after the response, and its status URL: either as in Azure's API guidelines
/// (Operation-Location, Azure-AsyncOperation: the status is in the body), or a 202 with a Location that returns 202 until the
/// operation is done (RFC 9110 section 15.3.3).
/// </summary>
/// <param name="Request">The request that started it.</param>
/// <param name="State">The status URL.</param>
/// <param name="IsInBody">True if the status is in the body; false if the HTTP status tells whether the operation is done.</param>
/// <param name="Result">The URL of the result; <see langword="null"/> if the last response is the result.</param>
/// <param name="Header">The header that names the status URL, or <see langword="null"/>.</param>
internal sealed record Operation(RequestTemplate Request, Uri State, bool IsInBody, Uri? Result, string? Header)
{
    private const string OperationLocation = "Operation-Location";

    private const string AzureAsyncOperation = "Azure-AsyncOperation";

    private const string Location = "Location";

    private const string What = "the operation's status";

    /// <summary>Returns the operation that a response started; <see langword="null"/> if the response is final.</summary>
    /// <exception cref="BearerRequestException">The request was accepted, but the response has no status URL.</exception>
    public static Operation? After(RequestTemplate request, ApiResponse response)
    {
        var reads = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
        var accepted = response.Status == HttpStatusCode.Accepted;
        if (!accepted && (reads || response.Status is not (HttpStatusCode.OK or HttpStatusCode.Created))) return null;

        var header = Value(response, OperationLocation) is null ? AzureAsyncOperation : OperationLocation;
        if (Value(response, header) is { } monitor)
        {
            var state = ServerProvidedUri.Resolve(monitor, response, What);
            return new(request.After(response), state, IsInBody: true, ResultOf(request.Method, response), header);
        }

        if (!accepted) return null;
        if (Value(response, Location) is { } location)
            return new(request.After(response), ServerProvidedUri.Resolve(location, response, What), IsInBody: false, null, Location);
        // The response itself is still being made: the same URL is requested until it is there.
        return reads ? new(request.After(response), response.Template.Address, IsInBody: false, null, null) : throw NoStatusUrl(response);
    }

    /// <summary>Returns the operation with the status URL that the response to a poll may have changed.</summary>
    public Operation Then(ApiResponse response) =>
        response.Status == HttpStatusCode.Accepted && Value(response, Location) is { } location
        ? this with { Request = Request.After(response), State = ServerProvidedUri.Resolve(location, response, What), Header = Location }
        : this;

    /// <summary>Returns a request about the operation. Conditions of the original request do not apply to it.</summary>
    public RequestTemplate Get(Uri address)
    {
        var request = Request.At(address);
        return request with
        {
            Method = HttpMethod.Get,
            Body = null,
            Resume = null,
            Headers = [.. request.Headers.Where(header => !header.Key.StartsWith("If-", StringComparison.OrdinalIgnoreCase))],
        };
    }

    /// <summary>After PUT or PATCH the result is the resource itself; otherwise the server gives its URL, or there is none.</summary>
    private static Uri? ResultOf(HttpMethod method, ApiResponse response)
    {
        if (method == HttpMethod.Put || method == HttpMethod.Patch) return response.Template.Address;
        return method != HttpMethod.Delete && Value(response, Location) is { } location
            ? ServerProvidedUri.Resolve(location, response, "the result")
            : null;
    }

    private static string? Value(ApiResponse response, string name) =>
        response.Message.Headers.NonValidated.TryGetValues(name, out var values) && values.FirstOrDefault() is { Length: > 0 } value
            ? value
            : null;

    private static BearerRequestException NoStatusUrl(ApiResponse response)
    {
        var address = RequestAddress.Printable(response.Template.Address);
        return new BearerRequestException(
            $"{response.Template.Method} {address}: the request was accepted (202), but the response has no status URL.",
            response.Status,
            RequestFailure.Headers(response.Message))
        {
            ErrorId = "NothingToWaitFor",
            Kind = BearerErrorKind.InvalidData,
            Address = address,
            NextStep = "Check the API's documentation for how to follow the operation, and omit -Wait.",
        };
    }
}
