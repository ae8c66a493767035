using System.Net.Http.Headers;

namespace BearerTools.Grants;

/// <summary>
/// One form post to an endpoint of an authority, put together by the grant, the client's authentication and whoever else
/// has something to add. A new one for each attempt, because some of its parts may be used once only.
/// </summary>
internal sealed class OAuthRequest(Uri endpoint, string? issuer)
{
    public Uri Endpoint { get; } = endpoint;

    /// <summary>The authority's identifier, where it is known.</summary>
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
