using System.Text;
using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Http.Waiting;
using BearerTools.Tests.Grants;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http;

/// <summary>Addresses in headers that the runtime's own parser throws an untyped exception for.</summary>
public sealed class UnreadableAddressTests
{
    public static TheoryData<string> Addresses => ["//\u202E/1?x=%20", "\\\\\u200E", "file://\u202A/x", "https://\u202E./x"];

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task A_redirect_to_one_is_refused(string address)
    {
        await using var server = new SocketServer(talk => RespondAsync(talk, "302 Found", $"Location: {address}"));
        using var wire = new Wire();

        var error = await wire.FailAsync(server.At("/here"));

        Assert.Equal(("RedirectRefused", BearerErrorKind.Security), (error.ErrorId, error.Kind));
        Assert.Contains("(302)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task The_error_of_a_token_endpoint_that_redirects_to_one_names_it(string address)
    {
        await using var server = new SocketServer(talk => RespondAsync(talk, "302 Found", $"Location: {address}"));
        using var bench = new Workbench();

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => bench.Backchannel.GetAsync("The authority", server.At("/token"), EventSink.None, default).Soon());

        Assert.Equal("UnexpectedRedirect", error.ErrorId);
        Assert.DoesNotContain("x=%20", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Location")]
    [InlineData("Operation-Location")]
    [InlineData("Azure-AsyncOperation")]
    public async Task An_operation_at_one_is_an_error(string header)
    {
        await using var server = new SocketServer(talk => RespondAsync(talk, "202 Accepted", $"{header}: //\u202E/1"));
        using var wire = new Wire();
        var waiting = new PollingHandler(wire.Sender, TimeSpan.FromMinutes(1), TimeProvider.System);

        var error = await Assert.ThrowsAsync<BearerRequestException>(
            () => waiting.SendAsync(Wire.Post(server.At("/")) with { CarriesToken = false }, new RequestContext(EventSink.None, default)).Soon());

        Assert.Equal("FollowedAddressRefused", error.ErrorId);
    }

    [Fact]
    public async Task A_redirect_whose_path_the_server_sends_as_UTF_8_is_followed()
    {
        await using var server = new SocketServer(async talk =>
        {
            while (await talk.ReadAsync() is { } request)
            {
                var isThere = request.StartsWith("GET /%C3%A9%E2%80%AE ", StringComparison.Ordinal);
                await SendAsync(talk, isThere ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" : "HTTP/1.1 302 Found\r\nLocation: /\u00E9\u202E\r\nContent-Length: 0\r\n\r\n");
            }
        });
        using var wire = new Wire();

        using var response = await wire.SendAsync(Wire.Get(server.At("/here")));

        Assert.True(response.IsSuccess);
    }

    private static async Task RespondAsync(Talk talk, string status, string header)
    {
        while (await talk.ReadAsync() is not null) await SendAsync(talk, $"HTTP/1.1 {status}\r\n{header}\r\nContent-Length: 0\r\n\r\n");
    }

    private static Task SendAsync(Talk talk, string text) => talk.Stream.WriteAsync(Encoding.UTF8.GetBytes(text), talk.End).AsTask();
}
