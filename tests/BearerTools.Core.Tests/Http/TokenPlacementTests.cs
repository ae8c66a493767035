using System.Net;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Http;

/// <summary>Tokens that an API takes in another form than Bearer.</summary>
public sealed class TokenPlacementTests
{
    [Theory]
    [InlineData("SSWS", null, null, "Authorization", "SSWS #")]
    [InlineData("", null, null, "Authorization", "#")]
    [InlineData(null, "X-Auth-Token", null, "X-Auth-Token", "#")]
    [InlineData("Token", "X-Auth-Token", null, "X-Auth-Token", "Token #")]
    [InlineData(null, null, "session", "Cookie", "session=#")]
    public async Task A_token_is_sent_where_and_how_its_connection_says(string? scheme, string? header, string? cookie, string name, string value)
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire(placement: TokenPlacement.Create(scheme, header, cookie));

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        var sent = server.Requests.Single().Headers;
        Assert.Equal(value.Replace("#", wire.Tokens.Current!.Value.Reveal(), StringComparison.Ordinal), sent[name]);
        Assert.Equal(name == "Authorization", sent.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData(null, "X-Auth-Token", null)]
    [InlineData("SSWS", null, null)]
    [InlineData(null, null, "session")]
    public async Task A_redirect_to_another_origin_gets_no_token(string? scheme, string? header, string? cookie)
    {
        await using var other = await OddServer.RespondingAsync("{}");
        await using var server = await OddServer.StartAsync(Wire.Redirecting(() => $"{other.Address}/"));
        using var wire = new Wire(placement: TokenPlacement.Create(scheme, header, cookie));

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal(HttpStatusCode.OK, response.Status);
        var everything = string.Join('\n', other.Requests.Single().Headers.Select(one => $"{one.Key}: {one.Value}"));
        Assert.DoesNotContain(wire.Tokens.Current!.Value.Reveal(), everything, StringComparison.Ordinal);
        Assert.Contains(wire.Tokens.Current.Value.Reveal(), string.Join('\n', server.Requests.Single().Headers.Values), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "X-Auth-Token", null)]
    [InlineData(null, null, "session")]
    public async Task Another_origin_and_plain_http_are_refused_as_for_a_bearer_token(string? scheme, string? header, string? cookie)
    {
        using var wire = new Wire(origins: [Origin.Of(new Uri("https://api.contoso.com"))], placement: TokenPlacement.Create(scheme, header, cookie));

        Assert.Equal("OriginNotAllowed", (await wire.FailAsync(new Uri("https://other.example/"))).ErrorId);
        Assert.Equal("UnencryptedAuthentication", (await wire.FailAsync(new Uri("http://api.contoso.com/"))).ErrorId);
        Assert.Equal(0, wire.Source.Requests);
    }

    [Fact]
    public async Task A_header_of_the_caller_with_the_same_name_is_replaced()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire(placement: TokenPlacement.Create(null, "X-Auth-Token", null));

        using var response = await wire.SendAsync(Wire.Get(server.At("/")) with { Headers = [new("x-auth-token", "mine"), new("X-Other", "1")] });

        Assert.Equal(wire.Tokens.Current!.Value.Reveal(), server.Requests.Single().Headers["X-Auth-Token"]);
        Assert.Equal("1", server.Requests.Single().Headers["X-Other"]);
    }

    [Fact]
    public async Task The_cookies_of_a_session_are_sent_beside_that_of_the_token()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        var cookies = new CookieContainer();
        cookies.SetCookies(server.At("/"), "lang=en");
        cookies.SetCookies(server.At("/"), "session=old");
        using var wire = new Wire(cookies: cookies, placement: TokenPlacement.Create(null, null, "session"));

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal($"lang=en; session={wire.Tokens.Current!.Value.Reveal()}", server.Requests.Single().Headers["Cookie"]);
    }

    [Theory]
    [InlineData("Token realm=\"x\"", true)]
    [InlineData("SSWS error=\"insufficient_scope\"", false)]
    [InlineData("Bearer error=\"insufficient_scope\"", false)]
    public async Task A_rejection_is_read_by_the_connections_scheme(string challenge, bool renews)
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, challenge));
        using var wire = new Wire(placement: TokenPlacement.Create("SSWS", null, null));

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal(renews ? 2 : 1, wire.Source.Requests);
    }

    [Fact]
    public async Task No_error_or_verbose_line_shows_a_token_that_the_API_repeats()
    {
        OddServer? server = null;
        server = await OddServer.StartAsync(http => OddServer.JsonAsync(http, $$"""{"message":"no: {{server!.Requests[^1].Headers["X-Auth-Token"]}}"}""", 400));
        await using (server)
        {
            using var wire = new Wire(placement: TokenPlacement.Create(null, "X-Auth-Token", null));

            var error = await wire.FailAsync(server.At("/"));

            Assert.Contains("no: ***", error.Message, StringComparison.Ordinal);
            Assert.False(TestTokens.HoldsSecret(Wire.AllTextOf(error) + string.Join('\n', wire.Lines)));
        }
    }

    [Theory]
    [InlineData("a b", null, null)]
    [InlineData("Bearer:", null, null)]
    [InlineData("x\r\ny", null, null)]
    [InlineData(null, "X Auth", null)]
    [InlineData(null, "Host", null)]
    [InlineData(null, "cookie", null)]
    [InlineData(null, "Content-Type", null)]
    [InlineData(null, "Transfer-Encoding", null)]
    [InlineData(null, null, "a=b")]
    [InlineData(null, null, "a;b")]
    public void A_name_that_is_none_is_refused(string? scheme, string? header, string? cookie) =>
        Assert.Equal("TokenPlacementRefused", Assert.Throws<BearerTokenException>(() => TokenPlacement.Create(scheme, header, cookie)).ErrorId);

    [Theory]
    [InlineData("Token token=abc123secretvalue")]
    [InlineData("k-12345-secret-k-67890-secret")]
    [InlineData("qhzjvbnwqhzjvbnwqhzjvbnwqhzjvbnwqhzjvbnwqhzjvbnw")]
    public void A_scheme_that_may_be_a_secret_is_refused_and_not_repeated(string scheme)
    {
        var error = Assert.Throws<BearerTokenException>(() => TokenPlacement.Create(scheme, null, null));

        Assert.Equal("TokenPlacementRefused", error.ErrorId);
        Assert.DoesNotContain(scheme[6..12], error.Message + error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AWS4-HMAC-SHA256")]
    [InlineData("SharedAccessSignature")]
    public void A_long_scheme_is_taken(string scheme) => Assert.Equal(scheme, TokenPlacement.Create(scheme, null, null)!.Scheme);

    [Theory]
    [InlineData(null, null, null, "Authorization: Bearer")]
    [InlineData("SSWS", null, null, "Authorization: SSWS")]
    [InlineData("", null, null, "Authorization")]
    [InlineData(null, "X-Auth-Token", null, "X-Auth-Token")]
    [InlineData(null, null, "sid", "Cookie: sid")]
    public void It_says_where_the_token_is_sent(string? scheme, string? header, string? cookie, string shown) =>
        Assert.Equal(shown, (TokenPlacement.Create(scheme, header, cookie) ?? TokenPlacement.Default).Shown("Bearer"));

    [Fact]
    public void A_token_that_would_end_a_cookie_is_not_sent_in_one()
    {
        using var message = new HttpRequestMessage();

        var error = Assert.Throws<BearerTokenException>(() =>
            TokenPlacement.Create(null, null, "sid")!.Attach(message.Headers, TestTokens.Token(value: TestTokens.TokenText() + ";x=1")));

        Assert.Equal("TokenNotForCookies", error.ErrorId);
    }
}
