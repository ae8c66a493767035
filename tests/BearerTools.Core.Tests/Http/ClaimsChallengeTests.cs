using System.Net;
using System.Text;
using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http;

public sealed class ClaimsChallengeTests
{
    private const string Claims = """{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}""";

    private static readonly string s_encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(Claims));

    [Fact]
    public async Task The_claims_that_an_API_misses_are_asked_for_and_the_request_is_sent_again()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, Challenge(s_encoded)));
        using var wire = new Wire(takesClaims: true);

        using var response = await wire.SendAsync(Wire.Get(server.At("/me")));

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal([null, Claims], wire.Source.Claims);
        Assert.Contains(wire.Lines, line => line.EndsWith("was rejected: the API requires a token with certain claims.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Bearer error=\"insufficient_claims\"")]
    [InlineData("Bearer error=\"insufficient_claims\", claims=\"%%%\"")]
    [InlineData("Bearer error=\"insufficient_claims\", claims=\"W10=\"")]
    [InlineData("Bearer error=\"invalid_token\", claims=\"e30=\"")]
    [InlineData("Negotiate error=\"insufficient_claims\", claims=\"e30=\"")]
    public async Task What_is_no_challenge_of_this_kind_asks_for_no_claims(string challenge)
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, challenge, "Bearer"));
        using var wire = new Wire(takesClaims: true);

        (await wire.SendAsync(Wire.Get(server.At("/me")))).Dispose();

        Assert.Equal([null, null], wire.Source.Claims);
    }

    [Fact]
    public async Task The_spelling_of_addresses_is_accepted_too()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, Challenge(s_encoded.TrimEnd('=').Replace('+', '-').Replace('/', '_'))));
        using var wire = new Wire(takesClaims: true);

        (await wire.SendAsync(Wire.Get(server.At("/me")))).Dispose();

        Assert.Equal(Claims, wire.Source.Claims[^1]);
    }

    [Fact]
    public async Task Many_requests_that_miss_the_same_claims_make_one_new_token()
    {
        var old = string.Empty;
        await using var server = await OddServer.StartAsync(http =>
        {
            if (http.Request.Headers.Authorization != old) return OddServer.JsonAsync(http, "{}");
            http.Response.Headers.WWWAuthenticate = Challenge(s_encoded);
            return OddServer.JsonAsync(http, "{}", 401);
        });
        using var wire = new Wire(takesClaims: true);
        (await wire.SendAsync(Wire.Get(server.At("/")))).Dispose();
        old = "Bearer " + wire.Tokens.Current!.Value.Reveal();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => (await wire.Sender.SendAsync(Wire.Get(server.At("/me")), new RequestContext(EventSink.None, default)).Soon()).Dispose()));

        Assert.Equal([null, Claims], wire.Source.Claims);
    }

    [Fact]
    public async Task When_it_cannot_be_met_the_error_names_the_next_step()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(int.MaxValue, Challenge(s_encoded)));
        using var wire = new Wire(canRenew: false);

        var error = await wire.FailAsync(server.At("/me"));

        Assert.Contains("Update-BearerToken", error.NextStep, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    private static string Challenge(string claims) =>
        $"Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", error=\"insufficient_claims\", claims=\"{claims}\"";
}
