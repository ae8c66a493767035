using BearerTools.Http.Bodies;
using BearerTools.Http.Connecting;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// Everything needed to make one request, as often as it has to be made. Immutable: a redirect or a next page is
/// another recipe.
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

    /// <summary>The address's; asked for several times on a request's way.</summary>
    public Origin Origin { get; private init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public RequestBody? Body { get; init; }

    /// <summary>Where to go on with something of which a part is there already.</summary>
    public ResumePoint? Resume { get; init; }

    /// <summary>False after a hop to another origin: no token goes along.</summary>
    public bool CarriesToken { get; init; } = true;

    /// <summary>True after a hop to another origin: nothing that tells who is calling goes along, such as cookies or a client certificate.</summary>
    public bool IsCrossOrigin { get; init; }

    /// <summary>The session's cookies that belong there, as one header.</summary>
    public string? Cookies { get; init; }

    /// <summary>The pipeline's own input, for error records and <c>-IncludeResponse</c>.</summary>
    public object? Input { get; init; }

    /// <summary>
    /// The same request at an address that a server named. At another origin the caller's headers, cookies and client certificate
    /// stay behind, as on a redirect; the token goes along only if the connection admits that origin.
    /// </summary>
    public RequestTemplate At(Uri address)
    {
        var there = this with { Address = address, Cookies = null };
        return there.Origin == Origin ? there : there with { IsCrossOrigin = true, Headers = [] };
    }

    public ConnectingMessage ToMessage(SendOptions options)
    {
        var (version, policy) = options.VersionFor(Address);
        var message = new ConnectingMessage(Method, Address)
        {
            Version = version,
            VersionPolicy = policy,
            Content = Body?.ToContent() ?? NoBody(),
        };
        RequestHeaders.Write(message, this, options);
        Resume?.ApplyTo(message.Headers);
        return message;
    }

    /// <summary>
    /// Without any content the handler sends a message again by itself when a kept connection turns out to be closed. What may
    /// be done only once gets an empty one, which it does not.
    /// </summary>
    private ByteArrayContent? NoBody() => MethodTraits.IsIdempotent(Method) ? null : new ByteArrayContent([]);
}
