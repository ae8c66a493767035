using BearerTools.Http;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Http;

/// <summary>What each message says of itself, and how long it may take.</summary>
public sealed class SendOptionsTests
{
    [Fact]
    public async Task The_client_says_its_name_unless_the_headers_say_another()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire(messages: new SendOptions { UserAgent = "Nightly/1.0" });

        (await wire.SendAsync(Wire.Get(server.At("/")))).Dispose();
        (await wire.SendAsync(Wire.Get(server.At("/")) with { Headers = [new("user-agent", "Other/2.0")] })).Dispose();

        Assert.Equal(["Nightly/1.0", "Other/2.0"], server.Requests.Select(request => request.Headers["User-Agent"]));
    }

    [Theory]
    [InlineData("Max-Forwards", "many")]
    [InlineData("If-Match", "eyJhbGciOiJub25l.eyJzdWIiOiJhZGEi.c2ln")]
    public async Task A_header_that_is_not_valid_is_named_and_its_value_is_not(string name, string value)
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire();

        var error = await wire.FailAsync(Wire.Post(server.At("/")) with { Headers = [new(name, value)] });

        Assert.Equal("HeaderRefused", error.ErrorId);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, error.Message, StringComparison.Ordinal);
        Assert.Contains("-SkipHeaderValidation", error.NextStep, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("If-Match", "not quoted")]
    [InlineData("Accept", "text/")]
    [InlineData("Content-Language", "a b c")]
    [InlineData("Content-Type", "json")]
    public async Task A_harmless_value_that_is_not_valid_is_quoted_as_in_Invoke_RestMethod(string name, string value)
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire();

        var error = await wire.FailAsync(Wire.Post(server.At("/")) with { Headers = [new(name, value)] });

        Assert.Equal("HeaderRefused", error.ErrorId);
        Assert.Equal($"The format of value '{value}' is invalid.", error.Message);
        Assert.Contains($"the header {name}:", error.NextStep, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("If-Match", "not quoted")]
    [InlineData("Accept", "text/")]
    [InlineData("Content-Type", "json")]
    public async Task A_header_is_sent_unchanged_when_asked_for(string name, string value)
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire(messages: new SendOptions { SkipHeaderValidation = true });

        (await wire.SendAsync(Wire.Post(server.At("/")) with { Headers = [new(name, value)] })).Dispose();

        Assert.Equal(value, Assert.Single(server.Requests).Headers[name]);
    }

    [Theory]
    [InlineData("X Space", "1")]
    [InlineData("X-Mine", "1\r\nX-More: 2")]
    public async Task A_name_that_no_header_can_have_or_another_header_is_refused_even_then(string name, string value)
    {
        using var wire = new Wire(messages: new SendOptions { SkipHeaderValidation = true });

        var error = await wire.FailAsync(Wire.Get(new Uri("http://127.0.0.1:9/")) with { Headers = [new(name, value)] });

        Assert.Equal("HeaderRefused", error.ErrorId);
        Assert.DoesNotContain("-SkipHeaderValidation", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bad (", null, false)]
    [InlineData(null, "json", false)]
    [InlineData("Nightly/1.0\r\nX-More: 1", null, true)]
    [InlineData(null, "text/plain\nX-More: 1", true)]
    public void What_goes_with_every_message_is_looked_at_beforehand(string? userAgent, string? contentType, bool asIs) =>
        Assert.Equal("HeaderRefused", Assert.Throws<BearerRequestException>(() => RequestHeaders.Check(userAgent, contentType, asIs)).ErrorId);

    [Fact]
    public async Task The_connection_is_closed_after_the_response_when_asked_for()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire(messages: new SendOptions { ClosesConnection = true });

        (await wire.SendAsync(Wire.Get(server.At("/")))).Dispose();

        Assert.Equal("close", Assert.Single(server.Requests).Headers["Connection"]);
    }

    [Theory]
    [InlineData("chunked", "chunked")]
    [InlineData("identity", "chunked")]
    [InlineData("gzip", "gzip, chunked")]
    public async Task A_body_goes_in_chunks_when_asked_for_and_chunked_is_the_last_coding(string coding, string sent)
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire(messages: new SendOptions { TransferEncoding = coding });

        (await wire.SendAsync(Wire.Post(server.At("/")))).Dispose();
        (await wire.SendAsync(Wire.Get(server.At("/")) with { Headers = [new("transfer-encoding", "chunked")] })).Dispose();

        Assert.Equal(sent, server.Requests[0].Headers["Transfer-Encoding"]);
        Assert.False(server.Requests[0].Headers.ContainsKey("Content-Length"));
        Assert.False(server.Requests[1].Headers.ContainsKey("Transfer-Encoding"));
    }

    [Fact]
    public async Task A_response_that_does_not_begin_in_time_is_an_error()
    {
        var clock = new TestClock();
        await using var server = await OddServer.StartAsync(async http =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
        });
        using var wire = new Wire(messages: new SendOptions { ResponseTimeout = TimeSpan.FromSeconds(5), Time = clock });

        var error = await wire.FailAsync(server.At("/"));

        Assert.Equal("ResponseTimeout", error.ErrorId);
        Assert.Equal(BearerErrorKind.Timeout, error.Kind);
        Assert.Contains("no response within 5 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_cancels_before_that_is_not_notified()
    {
        using var leave = new CancellationTokenSource();
        await using var server = await OddServer.StartAsync(async http =>
        {
            await leave.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
        });
        using var wire = new Wire(messages: new SendOptions { ResponseTimeout = TimeSpan.FromSeconds(5), Time = new TestClock() });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.SendAsync(Wire.Get(server.At("/")), leave.Token));
    }

    [Fact]
    public async Task The_timeout_of_the_response_ends_with_its_headers()
    {
        var clock = new TestClock();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await OddServer.StartAsync(http => AfterHeadersAsync(http, gate.Task));
        using var wire = new Wire(messages: new SendOptions { ResponseTimeout = TimeSpan.FromSeconds(5), Time = clock });

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));
        clock.Advance(TimeSpan.FromSeconds(6));
        gate.SetResult();

        Assert.Equal("firstlast", await response.Message.Content.ReadAsStringAsync().Soon());
    }

    [Fact]
    public async Task A_body_that_stalls_is_an_error()
    {
        var clock = new TestClock();
        await using var server = await OddServer.StartAsync(http => AfterHeadersAsync(http, Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted)));
        using var wire = new Wire(messages: new SendOptions { ReadTimeout = TimeSpan.FromSeconds(5), Time = clock });
        using var response = await wire.SendAsync(Wire.Get(server.At("/")));
        var stream = await response.Message.Content.ReadAsStreamAsync();
        var buffer = new byte[100];
        Assert.Equal(5, await stream.ReadAsync(buffer).Soon());

        var rest = stream.ReadAsync(buffer).AsTask();
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.False(rest.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        var cause = await Assert.ThrowsAsync<IOException>(() => rest.Soon());

        var error = RequestFailure.FromConnection(cause, response.Template);
        Assert.Equal("OperationTimeout", error.ErrorId);
        Assert.Equal(BearerErrorKind.Timeout, error.Kind);
        Assert.Contains("no data for 5 s", error.Message, StringComparison.Ordinal);
        Assert.Contains("-OperationTimeoutSeconds", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_is_whole_and_has_its_headers_when_its_time_is_watched()
    {
        await using var server = await OddServer.StartAsync(http => OddServer.TextAsync(http, "Grüße", "text/plain; charset=utf-8"));
        using var wire = new Wire(messages: new SendOptions { ReadTimeout = TimeSpan.FromSeconds(5) });

        using var response = await wire.SendAsync(Wire.Get(server.At("/")));

        Assert.Equal("utf-8", response.Message.Content.Headers.ContentType!.CharSet);
        Assert.Equal("Grüße", await response.Message.Content.ReadAsStringAsync());
    }

    private static async Task AfterHeadersAsync(HttpContext http, Task gate)
    {
        await http.Response.WriteAsync("first");
        await http.Response.Body.FlushAsync();
        await gate;
        await http.Response.WriteAsync("last");
    }
}
