using System.Net.Http.Headers;

namespace BearerTools.Grants;

/// <summary>
/// One form post to an authority's endpoint, assembled by the grant and the client authentication. Created anew for each
/// attempt, because some parts may be used only once.
/// </summary>
internal sealed class OAuthRequest(Uri endpoint, string? issuer)
{
    public Uri Endpoint { get; } = endpoint;

    /// <summary>The authority's issuer identifier, or <see langword="null"/> if it is not known.</summary>
    public string? Issuer { get; } = issuer;

    public List<KeyValuePair<string, string>> Form { get; } = [];

    public AuthenticationHeaderValue? Authorization { get; set; }

    public void Add(string name, string value) => Form.Add(new(name, value));

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(HttpMethod.Post, Endpoint) { Content = new FormUrlEncodedContent(Form) };
        message.Headers.Authorization = Authorization;
        return message;
    }
}
