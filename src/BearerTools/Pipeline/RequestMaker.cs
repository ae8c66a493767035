using System.Collections;
using System.Management.Automation;
using BearerTools.Http;

namespace BearerTools.Pipeline;

/// <summary>From the parameters of one input to a request recipe. Everything is copied before work starts.</summary>
internal sealed class RequestMaker(WebRequestMethod method, string? contentType, Uri? baseAddress)
{
    private readonly HttpMethod _method = method == WebRequestMethod.Default ? HttpMethod.Get : HttpMethod.Parse(method.ToString());

    /// <summary>Whether the request changes something at the other end (RFC 9110 section 9.2.1).</summary>
    public bool ChangesThings => _method != HttpMethod.Get && _method != HttpMethod.Head && _method != HttpMethod.Options && _method != HttpMethod.Trace;

    /// <summary>Whether the request carries a body by its nature.</summary>
    public bool TakesBody => _method == HttpMethod.Post || _method == HttpMethod.Put || _method == HttpMethod.Patch || method == WebRequestMethod.Merge;

    /// <summary>The address, or nothing when it will be refused later, where that has an input to be blamed on.</summary>
    public Uri? TryResolve(Uri address)
    {
        try
        {
            return RequestAddress.Resolve(address.OriginalString, baseAddress);
        }
        catch (BearerRequestException)
        {
            return null;
        }
    }

    /// <exception cref="BearerRequestException">The address or a header is refused.</exception>
    /// <exception cref="JsonBodyException">The body cannot be JSON.</exception>
    public RequestRecipe Make(Uri address, IDictionary? headers, IDictionary? query, PSObject? body, object? input)
    {
        var pairs = query is null ? [] : BodyMaker.Pairs(query);
        // As Invoke-RestMethod does: a dictionary for a request without body is its query.
        if (body?.BaseObject is IDictionary fields && (_method == HttpMethod.Get || _method == HttpMethod.Head))
        {
            pairs = pairs.Concat(BodyMaker.Pairs(fields));
            body = null;
        }

        return new RequestRecipe
        {
            Method = _method,
            Address = RequestAddress.Resolve(address.OriginalString, baseAddress, RequestAddress.Query(pairs)),
            Headers = headers is null ? [] : Copy(headers),
            Body = body is null ? null : BodyMaker.Make(body, contentType),
            Input = input,
        };
    }

    private static List<KeyValuePair<string, string>> Copy(IDictionary headers)
    {
        var copy = new List<KeyValuePair<string, string>>(headers.Count);
        foreach (var (name, value) in BodyMaker.Pairs(headers))
        {
            if (string.Equals(name, "Authorization", StringComparison.OrdinalIgnoreCase))
            {
                throw Refuse("The Authorization header is this command's own affair.", "Give the token with -Token, or get one with Get-BearerToken.");
            }

            if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0 || name.Length == 0)
                throw Refuse("A header has a line break in its value, or no name.", "Take the line break out.");
            copy.Add(new(name, value));
        }

        return copy;
    }

    private static BearerRequestException Refuse(string message, string nextStep) => new(message)
    {
        ErrorId = "HeaderRefused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
