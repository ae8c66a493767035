using BearerTools.Http.Bodies;
using BearerTools.Http.Connecting;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// Everything needed to make one request, any number of times. Immutable: a redirect or a next page is another template.
/// </summary>
internal sealed record RequestTemplate
{
    private readonly Uri _address = null!;

    public required HttpMethod Method { get; init; }

    /// <summary>Absolute, without user info or fragment.</summary>
    public required Uri Address
    {
        get => _address;
        init => (_address, Origin) = (value, Origin.Of(value));
    }

    /// <summary>The address's origin, computed once because several handlers need it.</summary>
    public Origin Origin { get; private init; }

    /// <summary>The headers, without Content-Type.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>
    /// The media type that the caller gave, instead of the body's own. It is also sent without a body, except to another origin.
    /// </summary>
    public string? ContentType { get; init; }

    /// <summary>The caller's Accept header, also after a redirect that drops the headers; otherwise <see langword="null"/>.</summary>
    public string? Accept { get; init; }

    public RequestBody? Body { get; init; }

    /// <summary>The position to resume a partial download from; otherwise <see langword="null"/>.</summary>
    public ResumePoint? Resume { get; init; }

    /// <summary>False after a redirect to another origin: the token is not sent.</summary>
    public bool CarriesToken { get; init; } = true;

    /// <summary>The address that was requested before the first redirect; <see langword="null"/> without one.</summary>
    public Uri? RedirectedFrom { get; init; }

    /// <summary>The method before a redirect changed it to GET; otherwise <see langword="null"/>.</summary>
    public HttpMethod? MethodBefore { get; init; }

    /// <summary>True after a redirect.</summary>
    public bool IsRedirected => RedirectedFrom is not null;

    /// <summary>True after a redirect to another origin: no cookies or certificates that identify the caller are sent.</summary>
    public bool IsCrossOrigin { get; init; }

    /// <summary>The session's cookies for the address, as one header.</summary>
    public string? Cookies { get; init; }

    /// <summary>The pipeline input, for error records and <c>-IncludeResponse</c>.</summary>
    public object? Input { get; init; }

    /// <summary>
    /// Whose request it is, for errors, such as <c>profile contoso</c>; <see langword="null"/> if there is only one login to confuse.
    /// </summary>
    public Lazy<string?>? Identity { get; init; }

    /// <summary>
    /// Returns the same request for an address that a server named. At another origin, the caller's headers, cookies and client
    /// certificate are dropped, as on a redirect; the token is sent only if the connection admits that origin.
    /// </summary>
    public RequestTemplate At(Uri address)
    {
        var there = this with { Address = address, Cookies = null, RedirectedFrom = null, MethodBefore = null };
        return there.Origin == Origin ? there : there with { IsCrossOrigin = true, Headers = [] };
    }

    /// <summary>The same request for the events after one (HTML Living Standard section 9.2.4).</summary>
    public RequestTemplate AfterEvent(string eventId) => this with
    {
        Headers =
        [
            .. Headers.Where(header => !header.Key.Equals(RequestHeaders.LastEventId, StringComparison.OrdinalIgnoreCase)),
            new(RequestHeaders.LastEventId, eventId),
        ],
        Cookies = null,
    };

    /// <summary>
    /// Returns the same request for what a response names: without the token if a redirect led that response to another origin, which
    /// must not select authenticated requests.
    /// </summary>
    public RequestTemplate After(ApiResponse response) =>
        response.Template.CarriesToken || !CarriesToken ? this : this with { CarriesToken = false, IsCrossOrigin = true, Headers = [] };

    public ConnectingMessage ToMessage(SendOptions options)
    {
        var (version, policy) = options.VersionFor(Address);
        var message = new ConnectingMessage(Method, Address)
        {
            Version = version,
            IsCrossOrigin = IsCrossOrigin,
            VersionPolicy = policy,
            Content = Body?.ToContent() ?? NoBody(),
        };
        RequestHeaders.Write(message, this, options);
        Resume?.ApplyTo(message.Headers);
        return message;
    }

    /// <summary>The media type to send instead of the body's own; <see langword="null"/> for the body's own, if any.</summary>
    public string? SentContentType => Body is null ? (IsCrossOrigin ? null : ContentType) : Body.OwnsContentType ? null : ContentType;

    /// <summary>
    /// SocketsHttpHandler repeats a message without content by itself when a pooled connection turns out to be closed. It does not
    /// repeat one with content, so a request that must not be repeated gets empty content. A media type needs content too.
    /// </summary>
    private BytesContent? NoBody() =>
        SentContentType is null && MethodTraits.IsIdempotent(Method) ? null : new BytesContent(default);
}
