using BearerTools.Diagnostics.Tracing;

namespace BearerTools.Tests.Diagnostics.Tracing;

public sealed class TracedHeadersTests
{
    [Theory]
    [InlineData("Content-Type", "application/json", "application/json")]
    [InlineData("content-type", "text/\u001bplain", "text/plain")]
    [InlineData("Authorization", "Bearer x1", "REDACTED")]
    [InlineData("Proxy-Authorization", "Basic x1", "REDACTED")]
    [InlineData("X-Api-Key", "x1", "REDACTED")]
    [InlineData("DPoP", "x1", "REDACTED")]
    [InlineData("Cookie", "sid=x1; theme=dark", "sid=REDACTED; theme=REDACTED")]
    [InlineData("Cookie", "x1", "REDACTED")]
    [InlineData("Set-Cookie", "sid=x1; Path=/; HttpOnly; x=x1", "sid=REDACTED; Path=/; HttpOnly; x=REDACTED")]
    [InlineData("Set-Cookie", "Path=x1; Secure", "Path=REDACTED; Secure")]
    [InlineData("Location", "https://ada:x1@a.example/v1?code=x1&page=2#x1", "https://…@a.example/v1?code=REDACTED&page=2#REDACTED")]
    [InlineData("Location", "/v1?code=x1#x1", "/v1?code=REDACTED#REDACTED")]
    [InlineData("Link", "<https://a.example/?page=2&sig=x1>; rel=\"next\"", "<https://a.example/?page=2&sig=REDACTED>; rel=\"next\"")]
    [InlineData("WWW-Authenticate", "Bearer error=\"invalid_token\"", "Bearer error=\"invalid_token\"")]
    [InlineData("Origin", "https://App.contoso.com:443", "https://App.contoso.com:443")]
    [InlineData("Location", "HTTPS://App.contoso.com/a/../%7eb#top", "HTTPS://App.contoso.com/a/../%7eb#top")]
    [InlineData("Warning", "299 - \"password=x1\"", "299 - \"password=REDACTED\"")]
    [InlineData("Via", "1.1 ada:x1@proxy, 1.1 other:8080 (mail ops@contoso.com)", "1.1 REDACTED@proxy, 1.1 other:8080 (mail ops@contoso.com)")]
    [InlineData("User-Agent", "app/1.0 (token=x1; +mailto:ops@contoso.com)", "app/1.0 (token=REDACTED; +mailto:ops@contoso.com)")]
    [InlineData("Accept", "application/json; token=x1", "application/json; token=REDACTED")]
    [InlineData("Server", "nginx token=x1", "nginx token=REDACTED")]
    [InlineData("WWW-Authenticate", "Bearer error=\"invalid_token\", password=\"x1\"", "Bearer error=\"invalid_token\", password=\"REDACTED\"")]
    [InlineData("Content-Type", "multipart/mixed; boundary=\"a=b\"; charset=utf-8", "multipart/mixed; boundary=\"a=b\"; charset=utf-8")]
    [InlineData("WWW-Authenticate", "Negotiate x1", "Negotiate REDACTED")]
    [InlineData("X-Request-Id", "eyJhbGciOiJub25l.eyJzdWIiOiJhZGEi.c2ln", "REDACTED")]
    public void Values_are_shown_only_of_harmless_fields(string name, string value, string expected) =>
        Assert.Equal(expected, TracedHeaders.Of(name, value).Value);

    [Fact]
    public void Further_names_in_queries_can_be_shown() =>
        Assert.Equal("/v1?code=1&state=REDACTED", TracedHeaders.Of("Location", "/v1?code=1&state=2", ["CODE"]).Value);
}
