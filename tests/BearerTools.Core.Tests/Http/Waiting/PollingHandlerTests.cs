using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Http.Waiting;
using BearerTools.Security;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Http.Waiting;

public sealed class PollingHandlerTests : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private readonly EventLog _events = new();
    private readonly List<string?> _shown = [];
    private SandboxRoute _route = null!;
    private int _attempts;

    public async Task InitializeAsync() => _route = await SandboxRoute.OpenAsync();

    public async Task DisposeAsync() => await _route.DisposeAsync();

    [Theory]
    [InlineData("location", "POST")]
    [InlineData("location", "PUT")]
    [InlineData("location&ends=see-other", "POST")]
    [InlineData("operation-location", "PUT")]
    [InlineData("operation-location", "PATCH")]
    [InlineData("operation-location&resource=/api/made/7", "POST")]
    [InlineData("azure-async", "PUT")]
    [InlineData("azure-async&status=201", "PUT")]
    [InlineData("azure-async&status=200", "PATCH")]
    [InlineData("azure-async&result=1", "POST")]
    public async Task Work_that_continues_is_polled_to_its_result(string by, string method)
    {
        Assert.Equal("""{"id":"7","made":true}""", await TextAsync($"api/made/7?by={by}", method));
        Assert.Equal(3, _route.Server.Stats.ArrivalsById["operations/7"]);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task Work_without_a_place_for_its_result_ends_with_its_last_state(string method) =>
        Assert.Contains("\"status\":\"Succeeded\"", await TextAsync("api/made/7?by=operation-location", method), StringComparison.Ordinal);

    [Fact]
    public async Task A_response_that_is_not_ready_yet_is_requested_again() =>
        Assert.Equal("""{"id":"7","made":true}""", await TextAsync("api/computed/7", "GET"));

    [Theory]
    [InlineData("api/items/1", "GET")]
    [InlineData("api/echo", "POST")]
    [InlineData("api/made/7?by=location&status=201", "POST")] // what was created is there
    public async Task A_final_response_is_left_unchanged(string path, string method)
    {
        using var response = await SendAsync(path, method);

        Assert.True(response.IsSuccess);
        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task It_is_polled_when_the_server_says()
    {
        var sending = SendAsync("api/made/7?by=location&polls=1&retryAfter=17", "POST");
        await _clock.UntilWaiting().Soon();
        _clock.Advance(TimeSpan.FromSeconds(16.9));
        Assert.False(_route.Server.Stats.ArrivalsById.ContainsKey("operations/7"));

        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await _clock.UntilWaiting().Soon();
        Assert.Equal(17, _clock.NextIn!.Value.TotalSeconds);
        _clock.Advance(TimeSpan.FromSeconds(17));

        (await sending.Soon()).Dispose();
        Assert.Equal(2, _route.Server.Stats.ArrivalsById["operations/7"]);
    }

    [Theory]
    [InlineData("Failed", "OperationFailed")]
    [InlineData("Canceled", "OperationCanceled")]
    public async Task Work_that_fails_is_an_error_with_the_servers_text(string ends, string errorId)
    {
        var error = await FailAsync($"api/made/7?by=operation-location&ends={ends}", "PUT");

        Assert.Equal(errorId, error.ErrorId);
        Assert.Equal("QuotaExceeded: There is no room for more.", error.Details);
        Assert.Contains($"ended with status {ends}", error.Message, StringComparison.Ordinal);
        Assert.Contains("QuotaExceeded", error.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_status_at_the_end_is_the_response()
    {
        using var response = await SendAsync("api/made/7?by=location&ends=Failed", "POST", advance: true);
        Assert.Equal(HttpStatusCode.Conflict, response.Status);
    }

    [Fact]
    public async Task Too_long_a_wait_is_an_error_that_gives_the_address_to_continue_from()
    {
        var error = await FailAsync("api/made/7?by=location&polls=1000000", "POST", TimeSpan.FromMinutes(1));

        Assert.Equal(("WaitTimeout", BearerErrorKind.Timeout), (error.ErrorId, error.Kind));
        Assert.Equal(new Uri(_route.Server.Address, "api/operations/7/wait"), error.StatusUri);
        Assert.Contains("/api/operations/7/wait", error.Message, StringComparison.Ordinal);
        Assert.True(_clock.GetUtcNow() - new TestClock().GetUtcNow() <= TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_server_whose_Retry_After_exceeds_the_deadline_is_not_waited_for()
    {
        var start = _clock.GetUtcNow();
        var error = await FailAsync("api/made/7?by=location&retryAfter=61", "POST", TimeSpan.FromMinutes(1));

        Assert.Equal("WaitTimeout", error.ErrorId);
        Assert.Contains("asked to wait 61 s", error.Message, StringComparison.Ordinal);
        Assert.Equal(start, _clock.GetUtcNow());
    }

    [Fact]
    public async Task A_server_that_sends_nothing_does_not_make_it_longer()
    {
        var polled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await OddServer.StartAsync(async http =>
        {
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            http.Response.Headers.Location = "/state";
            if (http.Request.Path != "/state") return;
            polled.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        var sending = SendAsync(Wire.Post(server.At("/")) with { CarriesToken = false }, TimeSpan.FromMinutes(1), default);
        await _clock.UntilWaiting(2).Soon();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await polled.Task.Soon();
        _clock.Advance(TimeSpan.FromSeconds(59));

        Assert.Equal("WaitTimeout", (await Assert.ThrowsAsync<BearerRequestException>(() => sending.Soon())).ErrorId);
    }

    [Fact]
    public async Task A_stop_ends_it_at_once()
    {
        using var cancel = new CancellationTokenSource();
        var sending = SendAsync(_route.Get("api/made/7?by=location&polls=1000000") with { Method = HttpMethod.Post }, TimeSpan.FromHours(1), cancel.Token);
        await _clock.UntilWaiting(2).Soon();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.Soon());
    }

    [Theory]
    [InlineData("https://api.invalid/x", "OriginNotAllowed")]
    [InlineData("http://192.0.2.1/x", "UnencryptedAuthentication")]
    [InlineData("file:///etc/hostname", "FollowedAddressRefused")]
    public async Task A_state_address_that_the_token_is_not_for_is_an_error(string to, string errorId)
    {
        var error = await FailAsync($"api/made/7?by=elsewhere&to={Uri.EscapeDataString(to)}", "POST");
        Assert.Equal((errorId, BearerErrorKind.Security), (error.ErrorId, error.Kind));
        Assert.Contains(new Uri(to).Host, error.Message, StringComparison.Ordinal);
        if (errorId != "FollowedAddressRefused") Assert.Matches("as the place of its status \\(header (Operation-Location|Location)\\)", error.Message);
        Assert.DoesNotContain("Objects before", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_acceptance_that_leads_nowhere_is_an_error()
    {
        var error = await FailAsync("api/made/7?by=nowhere", "POST");
        Assert.Equal("NothingToWaitFor", error.ErrorId);
    }

    [Theory]
    [InlineData("""{"state":"odd"}""")]
    [InlineData("not json")]
    [InlineData("[]")]
    public async Task A_state_that_cannot_be_read_is_an_error(string body)
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            if (http.Request.Path != "/") return OddServer.TextAsync(http, body, "application/json");
            http.Response.Headers["Operation-Location"] = "/state";
            return OddServer.TextAsync(http, "", null, StatusCodes.Status202Accepted);
        });
        var sending = SendAsync(Wire.Post(server.At("/")) with { CarriesToken = false }, Timeout.InfiniteTimeSpan, default);

        Assert.Equal("OperationStateUnknown", (await Assert.ThrowsAsync<BearerRequestException>(() => AdvancingAsync(sending))).ErrorId);
    }

    [Fact]
    public async Task A_token_that_expires_meanwhile_is_renewed()
    {
        var sending = SendAsync("api/made/7?by=location&polls=1", "POST");
        await _clock.UntilWaiting().Soon();
        _route.Server.RevokeAll();

        using var response = await AdvancingAsync(sending);

        Assert.True(response.IsSuccess);
        Assert.Equal(2, _route.Server.Stats.TokensIssued);
    }

    [Fact]
    public async Task The_polls_carry_the_callers_headers_but_no_body_and_no_conditions()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.Location = "/state";
            return OddServer.JsonAsync(http, "{}", http.Request.Path == "/" ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
        });
        var asked = Wire.Post(server.At("/")) with { CarriesToken = false, Headers = [new("X-Mine", "1"), new("If-Match", "\"x\"")] };
        (await AdvancingAsync(SendAsync(asked, Timeout.InfiniteTimeSpan, default))).Dispose();

        var poll = server.Requests[1];
        Assert.Equal(("GET", "", "1"), (poll.Method, poll.Body, poll.Headers["X-Mine"]));
        Assert.False(poll.Headers.ContainsKey("If-Match"));
    }

    [Fact]
    public async Task The_state_is_reported_to_the_progress_sink()
    {
        await TextAsync("api/made/7?by=operation-location", "PUT");

        Assert.Equal(["accepted", "InProgress, 40 %", "InProgress, 40 %", null], _shown);
        Assert.Contains(_events.Of<OperationPolled>(), polled => polled.State == "InProgress, 40 %");
        Assert.Equal(5, _attempts);
    }

    private async Task<string> TextAsync(string path, string method)
    {
        using var response = await SendAsync(path, method, advance: true);
        Assert.True(response.IsSuccess);
        return await response.Message.Content.ReadAsStringAsync();
    }

    private Task<BearerRequestException> FailAsync(string path, string method, TimeSpan? atMost = null) =>
        Assert.ThrowsAsync<BearerRequestException>(() => AdvancingAsync(SendAsync(_route.Get(path) with { Method = new(method) }, atMost ?? Timeout.InfiniteTimeSpan, default), atMost is null ? 1 : 2));

    private Task<ApiResponse> SendAsync(string path, string method, bool advance = false)
    {
        _route.Allow(Origin.Of(_route.Server.Address));
        var sending = SendAsync(_route.Get(path) with { Method = new(method) }, Timeout.InfiniteTimeSpan, default);
        return advance ? AdvancingAsync(sending) : sending;
    }

    private async Task<ApiResponse> SendAsync(RequestTemplate template, TimeSpan atMost, CancellationToken cancel)
    {
        var context = new RequestContext(_events, cancel) { ProgressSink = new Watcher(_shown) };
        try
        {
            return await new PollingHandler(_route.Sender, atMost, _clock).SendAsync(template, context);
        }
        finally
        {
            _attempts = context.Attempts;
        }
    }

    /// <summary>Lets the time go by whenever it is waited for: by so many timers, one of which is the limit if there is one.</summary>
    private async Task<ApiResponse> AdvancingAsync(Task<ApiResponse> sending, int timers = 1)
    {
        while (!sending.IsCompleted)
        {
            await Task.WhenAny(sending, _clock.UntilWaiting(timers)).Soon();
            if (!sending.IsCompleted && _clock.NextIn is { } next) _clock.Advance(next);
            await Task.Yield();
        }

        return await sending;
    }

    private sealed class Watcher(List<string?> shown) : IProgressSink
    {
        public void Show(string? state) => shown.Add(state);
    }
}
