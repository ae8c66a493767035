using System.Net;
using BearerTools.Http;

namespace BearerTools.Fuzz.Support;

/// <summary>Sends the same body for every request, as a server would that does not care what it is asked.</summary>
internal sealed class SameBody(byte[] body, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return Task.FromResult(new HttpResponseMessage(status) { Content = content, RequestMessage = request });
    }
}

/// <summary>Ends the pipeline with one response.</summary>
internal sealed class SameResponse(ApiResponse response) : IRequestHandler
{
    public Task<ApiResponse> SendAsync(RequestTemplate template, RequestContext context) => Task.FromResult(response);
}
