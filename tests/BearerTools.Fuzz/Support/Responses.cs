using System.Net;
using BearerTools.Grants;
using BearerTools.Http;

namespace BearerTools.Fuzz.Support;

/// <summary>Responses made of texts, without a connection.</summary>
internal static class Responses
{
    public static Uri Address { get; } = new("http://127.0.0.1:8080/v1/items?a=b");

    public static ApiResponse Api(HttpStatusCode status = HttpStatusCode.OK, byte[]? body = null) => new(Message(status, body), Request());

    public static RequestTemplate Request() => new() { Method = HttpMethod.Get, Address = Address };

    /// <summary>With one header that is as the server sent it.</summary>
    public static ApiResponse With(string header, string value, HttpStatusCode status = HttpStatusCode.OK, byte[]? body = null)
    {
        var response = Api(status, body);
        if (!response.Message.Headers.TryAddWithoutValidation(header, value)) response.Message.Content.Headers.TryAddWithoutValidation(header, value);
        return response;
    }

    public static BackchannelResponse Authority(byte[] body, HttpStatusCode status = HttpStatusCode.OK) =>
        new("The token endpoint https://id.example.com/token", status, "application/json", Message(status, null).Headers, body);

    private static HttpResponseMessage Message(HttpStatusCode status, byte[]? body) => new(status) { Content = new ByteArrayContent(body ?? []) };
}
