using System.Net;
using BearerTools.Http;
using BearerTools.Http.Retrying;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http.Retrying;

/// <summary>Retries after a connection that cannot be made, or breaks.</summary>
public sealed class RetryConnectionTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_connection_that_cannot_be_made_is_tried_again_whatever_the_method(string method)
    {
        var address = await ClosedAddressAsync();
        using var wire = new Wire(retries: new RetryPolicy());

        var error = await wire.FailAsync(Wire.Get(address) with { Method = new HttpMethod(method) });

        Assert.Equal(("HostUnreachable", 3), (error.ErrorId, wire.Attempts));
        Assert.EndsWith("(given up after 3 attempts).", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0xd, false)] // HTTP_1_1_REQUIRED
    [InlineData(0x2, true)] // INTERNAL_ERROR
    public void A_server_that_requires_another_version_of_HTTP_gets_no_retry_with_the_same(long code, bool isRepeatable)
    {
        var template = Wire.Get(new Uri("http://127.0.0.1/"));
        var failure = RequestFailure.FromConnection(new HttpRequestException("broken", new HttpProtocolException(code, "no", null)), template);

        Assert.Equal(isRepeatable, RetryClassifier.After(failure, template));
    }

    [Fact]
    public async Task A_connection_that_can_be_made_at_the_second_try_is_no_error()
    {
        await using var server = new RawServer((request, _) => request == 1 ? null : RawResponse.Ok("{}"));
        using var wire = new Wire(retries: new RetryPolicy());

        using var response = await wire.SendAsync(Wire.Get(server.Address));

        Assert.Equal((HttpStatusCode.OK, 2), (response.Status, server.Requests));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le\0")]
    public async Task A_request_that_is_not_idempotent_is_not_repeated_when_the_connection_breaks_after_it_was_sent(string response)
    {
        await using var server = new RawServer((_, _) => response.Length == 0 ? null : response);
        using var wire = new Wire(retries: new RetryPolicy());

        var error = await wire.FailAsync(Wire.Post(server.Address));

        Assert.Equal(("ConnectionFailed", 1), (error.ErrorId, server.Requests));
    }

    [Theory]
    [InlineData("POST", 2)]
    [InlineData("PATCH", 2)]
    [InlineData("CHECKIN", 2)]
    [InlineData("GET", 3)]
    public async Task A_request_without_a_body_is_not_sent_again_by_the_handler_when_a_kept_connection_is_closed(string method, int requests)
    {
        // The first gets a response and the connection is kept; the second is read, and the connection closed.
        await using var server = new RawServer((request, _) => request == 2 ? null : RawResponse.Ok("{}"));
        using var wire = new Wire(retries: new RetryPolicy { MaxRetries = 0 });
        using (var first = await wire.SendAsync(Wire.Get(server.Address))) await first.Message.Content.ReadAsStringAsync();

        var error = await Record.ExceptionAsync(async () =>
        {
            using var second = await wire.SendAsync(Wire.Get(server.Address) with { Method = new HttpMethod(method) });
        });

        Assert.Equal(method == "GET" ? null : "ConnectionFailed", (error as BearerRequestException)?.ErrorId);
        Assert.Equal(requests, server.Requests);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_not_tried_again()
    {
        using var certificate = TestCertificate.Create();
        await using var server = await OddServer.StartAsync(http => OddServer.JsonAsync(http, "{}"), certificate);
        using var wire = new Wire(retries: new RetryPolicy());

        var error = await wire.FailAsync(server.At("/"));

        Assert.Equal(("CertificateNotTrusted", 1), (error.ErrorId, wire.Attempts));
    }

    private static async Task<Uri> ClosedAddressAsync()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        return server.At("/");
    }
}
