namespace BearerTools.Grants;

/// <summary>Options of a proprietary JSON login: what to post where, and where the response contains the token.</summary>
internal sealed record JsonLoginOptions
{
    public required Uri LoginUri { get; init; }

    /// <summary>The body, or <see langword="null"/> for a login without one. With GET, its fields are the query.</summary>
    public LoginBody? Body { get; init; }

    /// <summary>The method; usually POST.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>The credentials for Basic authentication, or <see langword="null"/> if they are in the body.</summary>
    public LoginBasic? Basic { get; init; }

    /// <summary>Headers of the request, or <see langword="null"/>.</summary>
    public BackchannelHeaders? Headers { get; init; }

    /// <summary>The account that logs in, or <see langword="null"/> if it is not known.</summary>
    public string? Account { get; init; }

    /// <summary>
    /// Path of the token, such as <c>data.auth.accessToken</c>, or for XML an XPath such as <c>//token</c>;
    /// <see langword="null"/> to search the usual places.
    /// </summary>
    public string? TokenPath { get; init; }

    /// <summary>
    /// Path of the lifetime or expiry time; <see langword="null"/> to search the usual names next to the token and at the
    /// top level.
    /// </summary>
    public string? ExpiresInPath { get; init; }

    /// <summary>
    /// The response header that contains the token, instead of the body; otherwise <see langword="null"/>.
    /// </summary>
    public string? TokenHeader { get; init; }
}
