using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http;
using BearerTools.Http.Bodies;

namespace BearerTools.Pipeline;

/// <summary>Creates a request template from the parameters of one input. Everything is copied before work starts.</summary>
internal sealed class RequestFactory(HttpMethod method, string? contentType, Uri? baseAddress)
{
    /// <summary>Headers of every request that does not set the same header itself.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CommonHeaders { get; init; } = [];

    /// <summary>Query parameters of every request whose address or query does not contain the same name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CommonQuery { get; init; } = [];

    /// <summary>The parameter that is being read, for errors of the caller's objects.</summary>
    public string Part { get; set; } = string.Empty;

    /// <summary>True if the request may change something on the server.</summary>
    public bool MayModify { get; } = !MethodTraits.IsSafe(method);

    /// <summary>True if the method takes a body.</summary>
    public bool TakesBody { get; } = MethodTraits.TakesBody(method);

    /// <summary>
    /// The absolute address, or <see langword="null"/> if it is invalid. The error is reported later, for the input it belongs to.
    /// </summary>
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

    /// <param name="address">Absolute or relative address.</param>
    /// <param name="headers">Headers to send.</param>
    /// <param name="query">Query parameters to add to the address.</param>
    /// <param name="body">The body as given.</param>
    /// <param name="created">The body, if it has already been created.</param>
    /// <param name="input">The pipeline input.</param>
    /// <exception cref="BearerRequestException">The address or a header is invalid.</exception>
    /// <exception cref="JsonBodyException">The body cannot be written as JSON.</exception>
    public RequestTemplate Make(Uri address, IDictionary? headers, IDictionary? query, PSObject? body, RequestBody? created, object? input)
    {
        Part = "Query";
        var pairs = query is null ? [] : RequestBodyFactory.Pairs(query).ToArray().AsEnumerable();
        Part = "Body";
        // As in Invoke-RestMethod: a dictionary given as the body of a GET or HEAD request is its query.
        if (body?.BaseObject is IDictionary fields && (method == HttpMethod.Get || method == HttpMethod.Head))
        {
            pairs = [.. pairs, .. RequestBodyFactory.Pairs(fields)];
            body = null;
        }

        if (CommonQuery.Count > 0) pairs = WithCommon(address, [.. pairs]);
        if (body is not null) created ??= RequestBodyFactory.Make(body, contentType);
        Part = "Headers";
        return new RequestTemplate
        {
            Method = method,
            Address = RequestAddress.Resolve(address.OriginalString, baseAddress, RequestAddress.Query(pairs)),
            Headers = headers is null
                ? CommonHeaders
                : WithCommon(CopyHeaders(headers, namesType: created is not (FormBody or ReadyContentBody))),
            Body = created,
            Input = input,
        };
    }

    private IEnumerable<KeyValuePair<string, string>> WithCommon(Uri address, IReadOnlyList<KeyValuePair<string, string>> own)
    {
        var text = address.OriginalString;
        var start = text.IndexOf('?', StringComparison.Ordinal);
        var written = start < 0
            ? []
            : text[(start + 1)..].Split('#')[0].Split('&').Select(part => Uri.UnescapeDataString(part.Split('=', 2)[0])).ToArray();
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

    /// <summary>Copies headers from a dictionary, and validates them.</summary>
    /// <param name="headers">The caller's headers.</param>
    /// <param name="namesType">
    /// True if they may contain the media type of the body; that of a form has a parameter that only the form knows.
    /// </param>
    /// <exception cref="BearerRequestException">A header cannot be sent, or is Authorization.</exception>
    public static List<KeyValuePair<string, string>> CopyHeaders(IDictionary headers, bool namesType)
    {
        var copy = new List<KeyValuePair<string, string>>(headers.Count);
        foreach (var (name, value) in RequestBodyFactory.Pairs(headers))
        {
            // As in Invoke-RestMethod: a null value is not sent.
            if (value.Length == 0 && PSValue.Unwrap(headers[name]) is null) continue;
            if (string.Equals(name, "Authorization", StringComparison.OrdinalIgnoreCase))
            {
                throw Refuse(
                    "The Authorization header cannot be given with -Headers.",
                    "Connect with Connect-BearerApi, or pass the token with -Token.");
            }

            if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0 || name.Length == 0)
                throw Refuse("A header has no name, or a line break in its value.", "Correct the headers.");
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
