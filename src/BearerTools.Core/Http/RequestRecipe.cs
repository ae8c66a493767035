using System.Net;

namespace BearerTools.Http;

/// <summary>
/// Everything needed to make one request, as often as it has to be made. Immutable: a redirect or a next page is
/// another recipe.
/// </summary>
internal sealed record RequestRecipe
{
    public required HttpMethod Method { get; init; }

    /// <summary>Absolute, without user info or fragment.</summary>
    public required Uri Address { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public RequestBody? Body { get; init; }

    /// <summary>False after a hop to another origin: no token goes along.</summary>
    public bool CarriesToken { get; init; } = true;

    /// <summary>The pipeline's own input, for error records and <c>-IncludeResponse</c>.</summary>
    public object? Input { get; init; }

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(Method, Address)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher,
            Content = Body?.ToContent(),
        };
        foreach (var (name, value) in Headers)
        {
            if (message.Headers.TryAddWithoutValidation(name, value)) continue;
            message.Content?.Headers.Remove(name);
            message.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }
}
