using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Http.Bodies;
using BearerTools.Http.Pacing;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Http;

/// <summary>Tokens that are bound to a key, on their way to APIs (RFC 9449 sections 7 to 9).</summary>
public sealed class DPoPHandlerTests : IDisposable
{
    private readonly DPoPKey _key = new(TimeProvider.System);
    private readonly Wire _wire;
    private int _asked;

    public DPoPHandlerTests() => _wire = new Wire(key: _key);

    [Fact]
    public async Task Each_request_carries_a_proof_of_its_own_for_its_address_and_token()
    {
        await using var server = await OddServer.RespondingAsync("{}");

        using var one = await _wire.SendAsync(Wire.Get(server.At("/users?top=1")));
        using var other = await _wire.SendAsync(Wire.Post(server.At("/users?top=1")));

        var token = _wire.Tokens.Current!.Value.Reveal();
        Assert.All(server.Requests, request => Assert.Equal("DPoP " + token, request.Headers["Authorization"]));
        var proofs = Proofs(server);
        Assert.All(proofs, proof => Assert.True(proof.IsSignedByItsKey));
        Assert.Equal(["GET", "POST"], proofs.Select(proof => proof["htm"]));
        Assert.All(proofs, proof => Assert.Equal(server.Address + "/users", proof["htu"]));
        Assert.All(proofs, proof => Assert.Equal(ReadProof.Hash(token), proof["ath"]));
        Assert.NotEqual(proofs[0]["jti"], proofs[1]["jti"]);
    }

    [Fact]
    public async Task A_request_that_had_to_wait_carries_a_proof_of_when_it_went_out()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        var clock = new TestClock();
        using var wire = new Wire(key: new DPoPKey(clock));
        var pace = wire.Pace.Of(Origin.Of(server.At("/")));
        pace.Join(new PaceOptions { MaxConcurrent = 1 });
        var before = await wire.Lane(server.At("/")).EnterAsync(null, null, EventSink.None, null, default).Soon();

        var sending = wire.SendAsync(Wire.Get(server.At("/")));
        while (pace.Waiting == 0) await Task.Yield();
        clock.Advance(TimeSpan.FromMinutes(5));
        before.Lane.Leave(before, null);
        using (await sending) { }

        Assert.Equal($"{clock.GetUtcNow().ToUnixTimeSeconds()}", Proofs(server)[0]["iat"]);
    }

    [Fact]
    public async Task A_bearer_token_carries_no_proof()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire();

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.DoesNotContain("DPoP", server.Requests[0].Headers.Keys);
    }

    [Fact]
    public async Task A_nonce_that_is_asked_for_is_sent_and_the_token_is_not_taken_for_rejected()
    {
        await using var server = await OddServer.StartAsync(context => Proof(context)["nonce"] == "n-1" ? OddServer.JsonAsync(context, "{}") : WantNonceAsync(context, "n-1"));

        using var response = await _wire.SendAsync(Wire.Post(server.At("/orders")));

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal(2, _wire.Attempts);
        Assert.Equal(1, _wire.Source.Requests);
        Assert.Equal(["""{"n":1}""", """{"n":1}"""], server.Requests.Select(request => request.Body));
        Assert.Equal([null, "n-1"], Proofs(server).Select(proof => proof["nonce"]));
        Assert.NotEqual(Proofs(server)[0]["jti"], Proofs(server)[1]["jti"]);
    }

    [Fact]
    public async Task The_nonce_of_every_response_is_used_the_next_time_at_its_origin_only()
    {
        await using var server = await OddServer.StartAsync(context =>
        {
            context.Response.Headers["DPoP-Nonce"] = $"n-{++_asked}";
            return OddServer.JsonAsync(context, "{}", _asked == 2 ? 500 : 200);
        });
        await using var other = await OddServer.RespondingAsync("{}");
        _wire.Allow(Origin.Of(server.At("/")));
        _wire.Allow(Origin.Of(other.At("/")));

        for (var request = 0; request < 3; request++) (await _wire.SendAsync(Wire.Get(server.At("/")))).Dispose();
        (await _wire.SendAsync(Wire.Get(other.At("/")))).Dispose();

        Assert.Equal([null, "n-1", "n-2"], Proofs(server).Select(proof => proof["nonce"]));
        Assert.Null(Proofs(other).Single()["nonce"]);
    }

    [Fact]
    public async Task A_nonce_of_the_authority_is_none_for_the_API_even_at_the_same_origin()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var earlier = new HttpResponseMessage();
        earlier.Headers.TryAddWithoutValidation("DPoP-Nonce", "of-the-authority");
        _key.AuthorityNonces.Take(server.At("/token"), earlier.Headers);

        using var response = await _wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Null(Proofs(server).Single()["nonce"]);
    }

    [Fact]
    public async Task An_API_that_always_wants_another_nonce_is_asked_three_times_and_no_new_token_is_got()
    {
        await using var server = await OddServer.StartAsync(context => WantNonceAsync(context, $"n-{++_asked}"));

        var error = await _wire.FailAsync(server.At("/"));

        Assert.Equal(HttpStatusCode.Unauthorized, error.StatusCode);
        Assert.Contains("nonce", error.NextStep, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(1, _wire.Source.Requests);
    }

    [Theory]
    [InlineData("same", 2)]
    [InlineData(null, 1)]
    public async Task Nothing_is_sent_again_with_the_nonce_that_was_just_refused_or_without_any(string? nonce, int requests)
    {
        await using var server = await OddServer.StartAsync(context => WantNonceAsync(context, nonce));

        await _wire.FailAsync(server.At("/"));

        Assert.Equal(requests, server.Requests.Count);
        Assert.Equal(1, _wire.Source.Requests);
    }

    [Theory]
    [InlineData(true, "DPoP error=\"invalid_token\", algs=\"ES256\"")]
    [InlineData(true, "Bearer, DPoP algs=\"ES256\"")]
    [InlineData(false, "Bearer error=\"invalid_token\"")]
    [InlineData(false, "DPoP error=\"invalid_dpop_proof\"")]
    [InlineData(false, "DPoP error=\"insufficient_scope\"")]
    public async Task Whether_a_401_renews_depends_on_its_DPoP_challenge(bool renews, string challenge)
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, challenge));

        using var response = await _wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal(renews ? 2 : 1, _wire.Source.Requests);
        Assert.Equal(renews ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, response.Status);
        Assert.Equal(server.Requests.Select(request => ReadProof.Hash(request.Headers["Authorization"]["DPoP ".Length..])), Proofs(server).Select(proof => proof["ath"]));
    }

    [Fact]
    public async Task A_proof_that_is_refused_is_an_error_that_mentions_the_clock()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(9, "DPoP error=\"invalid_dpop_proof\""));

        Assert.Contains("clock", (await _wire.FailAsync(server.At("/"))).NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hop_within_the_origin_has_a_proof_for_its_own_address()
    {
        await using var server = await OddServer.StartAsync(context => context.Request.Path == "/here" ? Wire.Redirecting(() => "/there")(context) : OddServer.JsonAsync(context, "{}"));

        using var response = await _wire.SendAsync(Wire.Get(server.At("/here")));

        Assert.Equal([server.Address + "/here", server.Address + "/there"], Proofs(server).Select(proof => proof["htu"]));
    }

    [Fact]
    public async Task A_hop_to_another_origin_has_no_proof()
    {
        await using var other = await OddServer.RespondingAsync("{}");
        await using var server = await OddServer.StartAsync(Wire.Redirecting(() => other.Address + "/there"));

        using var response = await _wire.SendAsync(Wire.Get(server.At("/here")));

        var arrived = Assert.Single(other.Requests);
        Assert.DoesNotContain("DPoP", arrived.Headers.Keys);
        Assert.DoesNotContain("Authorization", arrived.Headers.Keys);
    }

    [Fact]
    public async Task A_proof_among_the_callers_headers_is_replaced()
    {
        await using var server = await OddServer.RespondingAsync("{}");

        using var response = await _wire.SendAsync(Wire.Get(server.At("/")) with { Headers = [new("dpop", "mine")] });

        Assert.True(Proofs(server).Single().IsSignedByItsKey);
    }

    [Fact]
    public async Task A_body_that_cannot_be_sent_again_is_an_error()
    {
        await using var server = await OddServer.StartAsync(context => WantNonceAsync(context, "n-1"));
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        using var stream = new System.IO.Pipes.AnonymousPipeClientStream(System.IO.Pipes.PipeDirection.In, pipe.ClientSafePipeHandle);
        pipe.Write("once"u8);
        pipe.Dispose();

        Assert.Equal("BodyNotReplayable", (await _wire.FailAsync(Wire.Post(server.At("/"), new StreamBody(stream, "text/plain")))).ErrorId);
        Assert.Single(server.Requests);
    }

    public void Dispose() => _wire.Dispose();

    private static ReadProof Proof(HttpContext context) => ReadProof.Of(context.Request.Headers["DPoP"].ToString());

    private static ReadProof[] Proofs(OddServer server) => [.. server.Requests.Select(request => ReadProof.Of(request.Headers["DPoP"]))];

    private static Task WantNonceAsync(HttpContext context, string? nonce)
    {
        if (nonce is not null) context.Response.Headers["DPoP-Nonce"] = nonce;
        context.Response.Headers.WWWAuthenticate = "DPoP error=\"use_dpop_nonce\", error_description=\"one, please\"";
        return OddServer.JsonAsync(context, "{}", StatusCodes.Status401Unauthorized);
    }
}
