using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Grants;

public sealed class RevocationTests : IDisposable
{
    private readonly Workbench _bench = new();
    private readonly TokenResult _held = new(TestTokens.Token(), new Secret(TestTokens.Text()));

    [Fact]
    public async Task The_refresh_token_is_ended_first_then_the_access_token_each_with_its_hint_and_the_clients_authentication()
    {
        await using var server = await OddServer.StartAsync(_ => Task.CompletedTask);

        await RevokeAsync(server);

        Assert.Equal(["refresh_token", "access_token"], server.Requests.Select(r => r.Form["token_type_hint"]));
        Assert.Equal([_held.RefreshToken!.Reveal(), _held.Token.Value.Reveal()], server.Requests.Select(r => r.Form["token"]));
        Assert.All(server.Requests, request =>
        {
            Assert.Equal("POST /revoke", $"{request.Method} {request.Path}");
            Assert.StartsWith("Basic ", request.Headers["Authorization"], StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_200_response_is_enough_whatever_its_body_is()
    {
        await using var server = await OddServer.StartAsync(context => OddServer.TextAsync(context, "<html>", "text/html"));

        await RevokeAsync(server);

        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData(503, null, BearerErrorKind.Server, "Try again later")]
    [InlineData(500, null, BearerErrorKind.Server, "Try again later")]
    [InlineData(400, "unsupported_token_type", BearerErrorKind.InvalidArgument, "stays valid until it expires")]
    [InlineData(401, "invalid_client", BearerErrorKind.Authentication, "Check the client id")]
    [InlineData(200, "invalid_client", BearerErrorKind.Authentication, "Check the client id")]
    [InlineData(404, null, BearerErrorKind.Authentication, null)]
    public async Task Any_other_response_leaves_the_token_valid_and_the_error_says_so(int status, string? code, BearerErrorKind kind, string? next)
    {
        await using var server = await OddServer.RespondingAsync(code is null ? "" : $$"""{"error":"{{code}}"}""", status);

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => RevokeAsync(server));

        Assert.Equal("TokenNotRevoked", error.ErrorId);
        Assert.Contains("is still valid", error.Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode)status, error.StatusCode);
        Assert.Equal(code, error.Error);
        Assert.Equal(kind, error.Kind);
        if (next is not null) Assert.Contains(next, error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_revokes_nothing()
    {
        await using var server = await OddServer.StartAsync(context =>
        {
            context.Response.Redirect("/elsewhere", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });

        Assert.Equal("TokenNotRevoked", (await Assert.ThrowsAsync<BearerTokenException>(() => RevokeAsync(server))).ErrorId);

        Assert.DoesNotContain(server.Requests, request => request.Path == "/elsewhere");
    }

    [Theory]
    [InlineData("refresh_token", "The refresh token was not revoked")]
    [InlineData("access_token", "was not revoked")]
    public async Task When_one_of_them_cannot_be_ended_the_other_still_is(string busyFor, string message)
    {
        OddServer? server = null;
        server = await OddServer.StartAsync(context =>
        {
            context.Response.StatusCode = server!.Requests[^1].Form["token_type_hint"] == busyFor ? 503 : 200;
            return Task.CompletedTask;
        });
        await using (server)
        {
            var error = await Assert.ThrowsAsync<BearerTokenException>(() => RevokeAsync(server));

            Assert.Contains(message, error.Message, StringComparison.Ordinal);
            Assert.Equal(2, server.Requests.Count);
        }
    }

    [Fact]
    public async Task The_endpoint_is_found_in_the_metadata()
    {
        OddServer? server = null;
        server = await OddServer.StartAsync(context => context.Request.Path == "/.well-known/openid-configuration"
            ? OddServer.JsonAsync(context, $$"""{"issuer":"{{server!.Address}}","token_endpoint":"{{server.At("/token")}}","revocation_endpoint":"{{server.At("/ended")}}"}""")
            : Task.CompletedTask);
        await using (server)
        {
            await Client(authority: server.Address).RevokeAsync(_held, null, EventSink.None, CancellationToken.None);

            Assert.Equal("/ended", server.Requests[^1].Path);
        }
    }

    [Fact]
    public async Task Metadata_without_such_an_endpoint_is_an_error_that_asks_for_it()
    {
        OddServer? server = null;
        server = await OddServer.StartAsync(context => OddServer.JsonAsync(context, $$"""{"issuer":"{{server!.Address}}"}"""));
        await using (server)
        {
            var error = await Assert.ThrowsAsync<BearerTokenException>(() => Client(authority: server.Address).RevokeAsync(_held, null, EventSink.None, CancellationToken.None));

            Assert.Equal("RevocationEndpointMissing", error.ErrorId);
            Assert.Contains("-RevocationEndpoint", error.NextStep, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_is_sent_to_an_endpoint_without_https() => Assert.Equal(
        "InsecureEndpoint",
        (await Assert.ThrowsAsync<BearerTokenException>(() => Client().RevokeAsync(_held, new Uri("http://id.example.com/revoke"), EventSink.None, CancellationToken.None))).ErrorId);

    [Fact]
    public async Task A_server_that_echoes_the_tokens_leaks_neither()
    {
        OddServer? server = null;
        server = await OddServer.StartAsync(context => OddServer.TextAsync(context, server!.Requests[^1].Form["token"], "text/plain", 400));
        await using (server)
        {
            var text = Workbench.AllTextOf(await Assert.ThrowsAsync<BearerTokenException>(() => RevokeAsync(server)));

            Assert.DoesNotContain(_held.RefreshToken!.Reveal(), text, StringComparison.Ordinal);
            Assert.DoesNotContain(_held.Token.Value.Reveal(), text, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _bench.Dispose();

    private Task RevokeAsync(OddServer server) => Client().RevokeAsync(_held, server.At("/revoke"), EventSink.None, CancellationToken.None);

    private OAuthClient Client(string? authority = null) => new(_bench.Backchannel, _bench.Discovery, new OAuthClientOptions
    {
        Authority = authority,
        TokenEndpoint = authority is null ? new Uri("https://id.example.com/token") : null,
        ClientId = "ops",
        Secret = SecretReference.To(new Secret(Workbench.NewSecret())),
    });
}
