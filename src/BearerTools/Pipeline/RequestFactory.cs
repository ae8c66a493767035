using System.Collections;
using System.Collections.Frozen;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http;
using BearerTools.Http.Bodies;

namespace BearerTools.Pipeline;

/// <summary>Creates a request template from the parameters of one input. Everything is copied before work starts.</summary>
/// <param name="method">The method of all requests.</param>
/// <param name="contentType">The media type from the command line; empty for none.</param>
/// <param name="baseAddress">The address that relative addresses are joined to, or <see langword="null"/>.</param>
internal sealed class RequestFactory(HttpMethod method, string? contentType, Uri? baseAddress)
{
    private const string ContentType = "Content-Type";

    /// <summary>Headers that hold a date in the format of HTTP (RFC 9110 section 5.6.7).</summary>
    private static readonly HashSet<string> s_dates = new(StringComparer.OrdinalIgnoreCase)
    {
        "Date", "Expires", "If-Modified-Since", "If-Range", "If-Unmodified-Since", "Last-Modified",
    };

    /// <summary>Headers with one value: sent twice, they would make the message ambiguous (RFC 9110 section 5.3).</summary>
    private static readonly FrozenSet<string> s_single = new[]
    {
        "Content-Disposition", "Content-Length", "Content-Location", "Content-MD5", "Content-Range", "Content-Type", "Date", "DPoP",
        "Expires", "From", "Host", "If-Modified-Since", "If-Range", "If-Unmodified-Since", "Last-Event-ID", "Last-Modified",
        "Max-Forwards", "Origin", "Proxy-Authorization", "Range", "Referer",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly string? _typedType = string.IsNullOrWhiteSpace(contentType) ? null : contentType;
    private readonly List<KeyValuePair<string, string>> _commonHeaders = [];
    private readonly string? _commonType;
    private MediaType? _type;

    /// <summary>Headers of every request that does not set the same header itself.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CommonHeaders
    {
        get => _commonHeaders;
        init
        {
            _commonHeaders = [.. value];
            _commonType = TakeType(_commonHeaders);
        }
    }

    /// <summary>Query parameters of every request whose address or query does not contain the same name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CommonQuery { get; init; } = [];

    /// <summary>True if each address comes from a script block or the pipeline.</summary>
    public bool AddressIsData { get; init; }

    /// <summary>Whose requests they are, for errors.</summary>
    public Lazy<string?>? Identity { get; init; }

    /// <summary>The header that the connection sends its token in, if it is not Authorization.</summary>
    public string? TokenHeader { get; init; }

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
        if (AddressIsData) RequestAddress.CheckData(address.OriginalString);
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
        Part = "Headers";
        var own = headers is null ? null : CopyHeaders(headers);
        if (TokenHeader is { } ours && own?.Exists(header => string.Equals(header.Key, ours, StringComparison.OrdinalIgnoreCase)) == true)
        {
            throw Refuse(
                $"The header {ours} cannot be given with -Headers: the token of the connection is sent in it.",
                "Omit it, or connect without -SendTokenInHeader.");
        }

        // The only place that selects the media type: the parameter, then the headers, then those of the session or connection.
        var ownType = TakeType(own);
        var type = _typedType ?? ownType ?? (body is not null || created is not null || TakesBody ? _commonType : null);
        Part = "Body";
        if (body is not null) created ??= RequestBodyFactory.Make(body, _type = MediaType.Of(type, _type));
        var sent = own is null ? _commonHeaders : WithCommon(own);
        return new RequestTemplate
        {
            Method = method,
            Address = RequestAddress.Resolve(address.OriginalString, baseAddress, RequestAddress.Query(pairs)),
            Headers = sent,
            Accept = sent.Find(header => string.Equals(header.Key, "Accept", StringComparison.OrdinalIgnoreCase)).Value,
            ContentType = type,
            Body = created,
            Input = input,
            Identity = Identity,
        };
    }

    /// <summary>Removes the media type from headers, and returns it if it is not empty.</summary>
    private static string? TakeType(List<KeyValuePair<string, string>>? headers)
    {
        var at = headers?.FindIndex(header => string.Equals(header.Key, ContentType, StringComparison.OrdinalIgnoreCase)) ?? -1;
        if (at < 0) return null;
        var type = headers![at].Value;
        headers.RemoveAll(header => string.Equals(header.Key, ContentType, StringComparison.OrdinalIgnoreCase));
        return string.IsNullOrWhiteSpace(type) ? null : type;
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
    /// <exception cref="BearerRequestException">A header cannot be sent, or is Authorization.</exception>
    public static List<KeyValuePair<string, string>> CopyHeaders(IDictionary headers)
    {
        var copy = new List<KeyValuePair<string, string>>(headers.Count);
        foreach (var (name, text) in RequestBodyFactory.Pairs(headers))
        {
            // As in Invoke-RestMethod: a null value is not sent.
            if (text.Length == 0 && PSValue.Unwrap(headers[name]) is null) continue;
            if (string.Equals(name, "Authorization", StringComparison.OrdinalIgnoreCase))
            {
                throw Refuse(
                    "The Authorization header cannot be given with -Headers.",
                    "Connect with Connect-BearerApi, such as with -TokenFrom env:NAME, or pass the token as a SecureString: -Token "
                        + "(Read-Host -AsSecureString). For a user name and a password, use -Credential.");
            }

            if (s_single.Contains(name) && copy.Exists(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)))
                throw Refuse($"The header {name} can be sent only once, and -Headers has more than one value for it.", "Give one value.");
            var value = s_dates.Contains(name) ? ValueText.HttpDate(headers[name]) ?? text : text;
            RequestHeaders.CheckWritable(name, value);
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
