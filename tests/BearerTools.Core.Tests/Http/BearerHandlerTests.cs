using System.Net;
using BearerTools.Http.Bodies;
using BearerTools.Tests.Support;
using BearerTools.Tokens;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Http;

public sealed class BearerHandlerTests
{
    [Fact]
    public async Task The_token_goes_in_the_header()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire();

        using var response = await wire.SendAsync(Wire.Get(server.At("/users?top=1")));

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal("Bearer " + wire.Tokens.Current!.Value.Reveal(), server.Requests.Single().Headers["Authorization"]);
        Assert.Equal("/users?top=1", server.Requests.Single().Path);
    }

    [Fact]
    public async Task A_rejected_token_is_renewed_once_and_the_request_sent_again()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, "Bearer error=\"invalid_token\""));
        using var wire = new Wire();

        using var response = await wire.SendAsync(Wire.Post(server.At("/orders")));

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal(2, wire.Source.Requests);
        Assert.Equal(2, wire.Attempts);
        Assert.Equal(["""{"n":1}""", """{"n":1}"""], server.Requests.Select(request => request.Body));
        Assert.Equal(2, server.Requests.Select(request => request.Headers["Authorization"]).Distinct().Count());
    }

    [Fact]
    public async Task A_second_401_is_the_response()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(int.MaxValue, "Bearer"));
        using var wire = new Wire();

        var error = await wire.FailAsync(server.At("/"));

        Assert.Equal(HttpStatusCode.Unauthorized, error.StatusCode);
        Assert.Equal(BearerErrorKind.Authentication, error.Kind);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(2, wire.Source.Requests);
    }

    [Fact]
    public async Task A_rejected_token_is_final_while_it_is_not_replaced()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(int.MaxValue, "Bearer"));
        using var wire = new Wire();
        (await wire.SendAsync(Wire.Get(server.At("/")))).Dispose();

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal(3, server.Requests.Count);
        Assert.True(response.IsTokenFinal);
    }

    [Fact]
    public async Task A_replacement_that_was_accepted_is_renewed_too_when_it_is_due()
    {
        var revoked = new HashSet<string>();
        await using var server = await OddServer.StartAsync(http =>
            OddServer.JsonAsync(http, "{}", revoked.Contains(http.Request.Headers.Authorization.ToString()) ? 401 : 200));
        using var wire = new Wire();

        for (var round = 1; round <= 3; round++)
        {
            using var response = await wire.SendAsync(Wire.Get(server.At("/")));
            Assert.Equal(HttpStatusCode.OK, response.Status);
            Assert.Equal(round, wire.Source.Requests);
            revoked.Add(server.Requests[^1].Headers["Authorization"]);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(true, "Bearer")]
    [InlineData(true, "bearer realm=\"x\", error=\"invalid_token\"")]
    [InlineData(true, "Bearer error=\"expired\"")]
    [InlineData(true, "Basic realm=\"x\", Bearer realm=\"y\"")]
    [InlineData(true, "Negotiate", "Bearer error=\"invalid_token\"")]
    [InlineData(true, "Bearer error_description=\"this, error=invalid_request, is a quotation\", error=\"invalid_token\"")]
    [InlineData(true, "Bearer realm=\"not closed")]
    [InlineData(true, "Basic realm=\"x\"")]
    [InlineData(true, "Negotiate", "NTLM")]
    [InlineData(true, "Token")]
    [InlineData(true, "OAuth realm=\"x\"")]
    [InlineData(true, "DPoP algs=\"ES256\"")]
    [InlineData(false, "Bearer error=\"invalid_request\"")]
    [InlineData(false, "Bearer realm=\"a, b\", error=\"insufficient_scope\", scope=\"read write\"")]
    [InlineData(false, "BEARER ERROR=insufficient_scope")]
    [InlineData(false, "Basic realm=\"x\"", "Bearer error=\"insufficient_scope\"")]
    public async Task Whether_a_401_renews_depends_on_its_challenge(bool renews, params string[] challenges)
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, challenges));
        using var wire = new Wire();

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal(renews ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, response.Status);
        Assert.Equal(renews ? 2 : 1, wire.Source.Requests);
    }

    [Fact]
    public async Task A_401_for_a_token_that_cannot_be_renewed_is_the_response()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, "Bearer"));
        using var wire = new Wire(canRenew: false);

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal(HttpStatusCode.Unauthorized, response.Status);
        Assert.Equal(1, wire.Attempts);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(400)]
    [InlineData(500)]
    public async Task A_challenge_that_calls_the_token_invalid_renews_it_whatever_the_status(int status)
    {
        await using var server = await OddServer.StartAsync(Rejecting(status, 1, "Bearer error=\"invalid_token\""));
        using var wire = new Wire();

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal(2, wire.Source.Requests);
    }

    [Fact]
    public async Task A_challenge_of_the_connections_own_scheme_that_calls_the_token_invalid_renews_it_too()
    {
        await using var server = await OddServer.StartAsync(Rejecting(403, 1, "token error=\"invalid_token\""));
        using var wire = new Wire(placement: TokenPlacement.Create("Token", null, null));

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal(2, wire.Source.Requests);
    }

    [Theory]
    [InlineData(403, true)]
    [InlineData(419, true)]
    [InlineData(498, true)]
    [InlineData(403, false, "Bearer error=\"insufficient_scope\"")]
    [InlineData(404, false)]
    public async Task A_status_of_RenewOn_renews_unless_the_challenge_blames_the_request(int status, bool renews, params string[] challenges)
    {
        await using var server = await OddServer.StartAsync(Rejecting(status, 1, challenges));
        using var wire = new Wire(renewOn: [403, 419, 498]);

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal(renews ? HttpStatusCode.OK : (HttpStatusCode)status, response.Status);
        Assert.Equal(renews ? 2 : 1, wire.Source.Requests);
    }

    [Fact]
    public async Task An_API_that_uses_401_for_not_permitted_costs_one_renewal_in_30_seconds_not_one_an_item()
    {
        await using var server = await OddServer.StartAsync(http =>
            OddServer.JsonAsync(http, "{}", http.Request.Path.Value!.Contains("forbidden", StringComparison.Ordinal) ? 401 : 200));
        var clock = new TestClock();
        using var wire = new Wire(tokenClock: clock);

        await GetAllAsync();
        Assert.Equal(2, wire.Source.Requests);

        clock.Advance(TimeSpan.FromSeconds(30));
        await GetAllAsync();
        Assert.Equal(3, wire.Source.Requests);

        async Task GetAllAsync()
        {
            for (var item = 0; item < 20; item++)
            {
                using var permitted = await wire.SendAsync(Wire.Get(server.At("/orders")));
                using var forbidden = await wire.SendAsync(Wire.Get(server.At("/forbidden")));
                Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (permitted.Status, forbidden.Status));
            }
        }
    }

    private static RequestDelegate Rejecting(int status, int times, params string[] challenges)
    {
        var reject = Wire.Rejecting(times, challenges);
        return async http =>
        {
            http.Response.OnStarting(() =>
            {
                if (http.Response.StatusCode == StatusCodes.Status401Unauthorized) http.Response.StatusCode = status;
                return Task.CompletedTask;
            });
            await reject(http);
        };
    }

    [Fact]
    public async Task A_403_does_not_renew()
    {
        await using var server = await OddServer.RespondingAsync("{}", 403);
        using var wire = new Wire();

        var error = await wire.FailAsync(server.At("/"));

        Assert.Equal(BearerErrorKind.Permission, error.Kind);
        Assert.Equal(1, wire.Source.Requests);
    }

    [Fact]
    public async Task A_body_that_cannot_be_sent_again_is_an_error_when_the_token_is_rejected()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, "Bearer"));
        using var wire = new Wire();
        using var body = new ForwardOnlyStream("once"u8.ToArray());

        var error = await wire.FailAsync(Wire.Post(server.At("/"), new StreamBody(body, "text/plain")));

        Assert.Equal("BodyNotReplayable", error.ErrorId);
        Assert.Equal(HttpStatusCode.Unauthorized, error.StatusCode);
        Assert.Contains("Update-BearerToken", error.NextStep, StringComparison.Ordinal);
        Assert.Equal(1, wire.Source.Requests);
        Assert.Equal("once", Assert.Single(server.Requests).Body);
    }

    [Fact]
    public async Task A_stream_that_can_be_wound_back_is_sent_again_from_where_it_began()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, "Bearer"));
        using var wire = new Wire();
        using var body = new MemoryStream("skipped, sent"u8.ToArray());
        body.Position = 9;

        using var response = await wire.SendAsync(Wire.Post(server.At("/"), new StreamBody(body, "text/plain")));

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal(["sent", "sent"], server.Requests.Select(request => request.Body));
        Assert.True(body.CanRead);
    }

    [Fact]
    public async Task A_token_that_cannot_be_got_is_the_authoritys_error()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, "Bearer"));
        using var wire = new Wire();
        wire.Source.Before = (request, _) => request == 2 ? throw new BearerTokenException("The authority is away.") : Task.CompletedTask;

        await Assert.ThrowsAsync<BearerTokenException>(() => wire.SendAsync(Wire.Get(server.At("/"))));
    }

    [Fact]
    public async Task A_caller_that_leaves_leaves_the_request_too()
    {
        using var leave = new CancellationTokenSource();
        var gone = new TaskCompletionSource();
        await using var server = await OddServer.StartAsync(async http =>
        {
            http.RequestAborted.Register(gone.SetResult);
            await leave.CancelAsync();
            await gone.Task;
        });
        using var wire = new Wire();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.SendAsync(Wire.Get(server.At("/")), leave.Token));
        await gone.Task.Soon();
    }

    [Fact]
    public async Task Verbose_lines_show_every_attempt_and_no_secret()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, "Bearer"));
        using var wire = new Wire();
        var hidden = TestTokens.TokenText();

        (await wire.SendAsync(Wire.Get(server.At($"/users?key={hidden}")))).Dispose();

        var lines = string.Join('\n', wire.Lines);
        Assert.Contains("401", lines, StringComparison.Ordinal);
        Assert.Contains("200", lines, StringComparison.Ordinal);
        Assert.Contains(wire.Tokens.Current!.Fingerprint, lines, StringComparison.Ordinal);
        Assert.DoesNotContain(hidden, lines, StringComparison.Ordinal);
        Assert.DoesNotContain(wire.Tokens.Current.Value.Reveal(), lines, StringComparison.Ordinal);
    }

    /// <summary>A stream as it comes from a pipe: read once, never wound back.</summary>
    private sealed class ForwardOnlyStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
