using System.Net;
using BearerTools.Http.Pacing;

namespace BearerTools.Tests.Http.Pacing;

public sealed class ServerWaitTests
{
    [Theory]
    [InlineData(429, null, true, true)]
    [InlineData(503, null, false, true)]
    [InlineData(500, "Retry-After: 5", false, false)]
    [InlineData(403, null, false, false)]
    [InlineData(403, "X-RateLimit-Remaining: 7", false, false)]
    [InlineData(403, "X-RateLimit-Remaining: 0", true, true)]
    [InlineData(403, "Retry-After: 5", true, true)]
    public void Too_many_requests_is_distinguished_from_other_refusals(int status, string? header, bool isThrottled, bool isForAll)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        if (header?.Split(": ") is [var name, var value]) response.Headers.TryAddWithoutValidation(name, value);

        Assert.Equal((isThrottled, isForAll), (ServerWait.IsThrottled(response), ServerWait.IsForAll(response)));
    }
}
