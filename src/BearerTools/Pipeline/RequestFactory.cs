using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http;
using BearerTools.Http.Bodies;

namespace BearerTools.Pipeline;

/// <summary>From the parameters of one input to a request recipe. Everything is copied before work starts.</summary>
internal sealed class RequestFactory(HttpMethod method, string? contentType, Uri? baseAddress)
{
    /// <summary>Headers of every request, unless it has its own of the same name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CommonHeaders { get; init; } = [];

    /// <summary>Query parameters of every request, unless its address or its query has one of the same name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CommonQuery { get; init; } = [];

    /// <summary>Whether the request may change something at the other end.</summary>
    public bool ChangesThings { get; } = !MethodTraits.IsSafe(method);

    /// <summary>Whether a body is due.</summary>
    public bool TakesBody { get; } = MethodTraits.TakesBody(method);

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

    /// <param name="address">The address, absolute or relative.</param>
    /// <param name="headers">What goes along.</param>
    /// <param name="query">What is added to the address.</param>
    /// <param name="body">The body as it was given.</param>
    /// <param name="made">The body, when it is made already.</param>
    /// <param name="input">What came down the pipeline.</param>
    /// <exception cref="BearerRequestException">The address or a header is refused.</exception>
    /// <exception cref="JsonBodyException">The body cannot be JSON.</exception>
    public RequestTemplate Make(Uri address, IDictionary? headers, IDictionary? query, PSObject? body, RequestBody? made, object? input)
    {
        var pairs = query is null ? [] : RequestBodyFactory.Pairs(query);
        // As Invoke-RestMethod does: a dictionary for a request without body is its query.
        if (body?.BaseObject is IDictionary fields && (method == HttpMethod.Get || method == HttpMethod.Head))
        {
            pairs = pairs.Concat(RequestBodyFactory.Pairs(fields));
            body = null;
        }

        if (CommonQuery.Count > 0) pairs = WithCommon(address, [.. pairs]);
        if (body is not null) made ??= RequestBodyFactory.Make(body, contentType);
        return new RequestTemplate
        {
            Method = method,
            Address = RequestAddress.Resolve(address.OriginalString, baseAddress, RequestAddress.Query(pairs)),
            Headers = headers is null ? CommonHeaders : WithCommon(CopyHeaders(headers, namesType: made is not (FormBody or ReadyContentBody))),
            Body = made,
            Input = input,
        };
    }

    private IEnumerable<KeyValuePair<string, string>> WithCommon(Uri address, IReadOnlyList<KeyValuePair<string, string>> own)
    {
        var text = address.OriginalString;
        var start = text.IndexOf('?', StringComparison.Ordinal);
        var written = start < 0 ? [] : text[(start + 1)..].Split('#')[0].Split('&').Select(part => Uri.UnescapeDataString(part.Split('=', 2)[0])).ToArray();
        return own.Concat(CommonQuery.Where(common => !written.Contains(common.Key, StringComparer.OrdinalIgnoreCase)
            && !own.Any(pair => string.Equals(pair.Key, common.Key, StringComparison.OrdinalIgnoreCase))));
    }

    private List<KeyValuePair<string, string>> WithCommon(List<KeyValuePair<string, string>> own)
    {
        foreach (var common in CommonHeaders)
        {
            if (!own.Exists(header => string.Equals(header.Key, common.Key, StringComparison.OrdinalIgnoreCase))) own.Add(common);
        }

        return own;
    }

    /// <summary>Headers as a dictionary gives them, checked.</summary>
    /// <param name="headers">The caller's.</param>
    /// <param name="namesType">True if they may name the body's media type: that of a form has a part that only the form knows.</param>
    /// <exception cref="BearerRequestException">A header cannot be sent, or is Authorization.</exception>
    public static List<KeyValuePair<string, string>> CopyHeaders(IDictionary headers, bool namesType)
    {
        var copy = new List<KeyValuePair<string, string>>(headers.Count);
        foreach (var (name, value) in RequestBodyFactory.Pairs(headers))
        {
            // As Invoke-RestMethod does: what is nothing is not sent.
            if (value.Length == 0 && PSValue.Unwrap(headers[name]) is null) continue;
            if (string.Equals(name, "Authorization", StringComparison.OrdinalIgnoreCase))
            {
                throw Refuse("The Authorization header cannot be given with -Headers.", "Connect with Connect-BearerApi, or give the token with -Token.");
            }

            if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0 || name.Length == 0)
                throw Refuse("A header has a line break in its value, or no name.", "Take the line break out.");
            if (namesType || !string.Equals(name, "Content-Type", StringComparison.OrdinalIgnoreCase)) copy.Add(new(name, value));
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
