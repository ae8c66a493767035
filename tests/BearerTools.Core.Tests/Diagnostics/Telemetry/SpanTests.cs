using System.Diagnostics;
using System.Net;
using BearerTools.Diagnostics.Telemetry;
using BearerTools.Running;
using BearerTools.Running.Paging;
using BearerTools.Security;
using BearerTools.Tests.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Diagnostics.Telemetry;

[Collection(nameof(TelemetryBench))]
public sealed class SpanTests : IDisposable
{
    private static readonly string[] s_stable =
    [
        "http.request.method", "server.address", "server.port", "url.full", "http.response.status_code", "error.type", "network.protocol.version",
        "http.request.resend_count",
    ];

    private readonly TelemetryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_request_is_the_parent_of_its_token_request_and_its_message()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var log = new SpanLog();

        await _bench.RunAsync(Wire.Get(server.At("/users?top=5&key=abc")), log.Root);

        var request = Assert.Single(log.Requests);
        Assert.Equal(log.Root.SpanId, request.ParentSpanId);
        Assert.Equal(ActivityKind.Internal, request.Kind);
        Assert.Equal(("GET", "127.0.0.1", $"{server.At("/").Port}"), (SpanLog.Tag(request, "http.request.method"), SpanLog.Tag(request, "server.address"), SpanLog.Tag(request, "server.port")));
        Assert.Equal(("200", "contoso"), (SpanLog.Tag(request, "http.response.status_code"), SpanLog.Tag(request, "bearertools.profile")));
        Assert.Equal($"{server.Address}/users?top=5&key=REDACTED", SpanLog.Tag(request, "url.full"));
        Assert.Equal(ActivityStatusCode.Unset, request.Status);

        var token = Assert.Single(log.TokenRequests);
        Assert.Equal(request.SpanId, token.ParentSpanId);
        Assert.Equal(("Scripted", "first"), (SpanLog.Tag(token, "bearertools.token.flow"), SpanLog.Tag(token, "bearertools.token.reason")));
        Assert.Equal(_bench.Wire.Tokens.Current!.Fingerprint, SpanLog.Tag(token, "bearertools.token.fingerprint"));

        Assert.Equal(request.SpanId, Assert.Single(log.Messages).ParentSpanId);
    }

    [Fact]
    public async Task A_message_has_the_stable_attributes_on_every_runtime()
    {
        await using var server = await OddServer.RespondingAsync("""{"error":"none"}""", 404);
        using var log = new SpanLog();

        await _bench.RunAsync(Wire.Get(server.At("/users?top=5&key=abc")), log.Root);

        var message = Assert.Single(log.Messages);
        Assert.Equal("GET", message.DisplayName);
        Assert.Equal(
            ["GET", "127.0.0.1", $"{server.At("/").Port}", $"{server.Address}/users?top=5&key=REDACTED", "404", "404", "1.1", ""],
            s_stable.Select(name => SpanLog.Tag(message, name)));
        Assert.Equal(ActivityStatusCode.Error, message.Status);
        var request = Assert.Single(log.Requests);
        Assert.Equal(("404", ActivityStatusCode.Error), (SpanLog.Tag(request, "error.type"), request.Status));
    }

    [Fact]
    public async Task A_message_without_a_response_names_the_fault()
    {
        var server = await OddServer.RespondingAsync("{}");
        var gone = server.At("/");
        await server.DisposeAsync();
        using var log = new SpanLog();

        await _bench.RunAsync(Wire.Get(gone), log.Root);

        Assert.Equal(3, log.Messages.Count);
        Assert.All(log.Messages, message => Assert.Equal("connection_error", SpanLog.Tag(message, "error.type")));
        var request = Assert.Single(log.Requests);
        Assert.Equal(("HostUnreachable", "2"), (SpanLog.Tag(request, "error.type"), SpanLog.Tag(request, "bearertools.retries")));
        Assert.NotEmpty(request.StatusDescription!);
    }

    [Fact]
    public async Task A_retry_is_an_event_of_the_request_and_counted_in_its_message()
    {
        var seen = 0;
        await using var server = await OddServer.StartAsync(http => OddServer.JsonAsync(http, "{}", Interlocked.Increment(ref seen) == 1 ? 503 : 200));
        using var log = new SpanLog();

        await _bench.RunAsync(Wire.Get(server.At("/")), log.Root);

        var request = Assert.Single(log.Requests);
        var retry = Assert.Single(request.Events, e => e.Name == "retry");
        Assert.Equal(503, retry.Tags.Single(tag => tag.Key == "http.response.status_code").Value);
        Assert.Equal(("1", "200"), (SpanLog.Tag(request, "bearertools.retries"), SpanLog.Tag(request, "http.response.status_code")));
        Assert.Equal(["", "1"], log.Messages.Select(message => SpanLog.Tag(message, "http.request.resend_count")));
        Assert.Equal(["503", "200"], log.Messages.Select(message => SpanLog.Tag(message, "http.response.status_code")));
    }

    [Fact]
    public async Task Pages_are_events_of_one_request()
    {
        await using var server = await OddServer.StartAsync(http =>
        {
            if (http.Request.QueryString.Value != "?page=3")
                http.Response.Headers.Link = $"""<?page={(http.Request.QueryString.HasValue ? 3 : 2)}>; rel="next" """;
            return OddServer.JsonAsync(http, "[1]");
        });
        using var log = new SpanLog();

        await _bench.RunAsync(Wire.Get(server.At("/")), log.Root, new LinkRule(readsHeader: true, []));

        var request = Assert.Single(log.Requests);
        Assert.Equal([1, 2, 3], request.Events.Where(e => e.Name == "page").Select(e => e.Tags.Single().Value));
        Assert.Single(request.Events, e => e.Name == "last_page");
        Assert.Equal("3", SpanLog.Tag(request, "bearertools.pages"));
        Assert.Equal(3, log.Messages.Count);
        Assert.All(log.Messages, message => Assert.Equal((request.SpanId, ""), (message.ParentSpanId, SpanLog.Tag(message, "http.request.resend_count"))));
    }

    [Fact]
    public async Task A_rejected_token_and_its_replacement_are_seen()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, "Bearer"));
        using var log = new SpanLog();

        await _bench.RunAsync(Wire.Get(server.At("/")), log.Root);

        Assert.Equal(["first", "rejected"], log.TokenRequests.Select(span => SpanLog.Tag(span, "bearertools.token.reason")));
        Assert.Single(Assert.Single(log.Requests).Events, e => e.Name == "token_rejected");
        Assert.Equal(["", "1"], log.Messages.Select(message => SpanLog.Tag(message, "http.request.resend_count")));
    }

    [Fact]
    public async Task A_failed_token_request_says_why()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var log = new SpanLog();
        _bench.Wire.Source.Before = (_, _) => throw new BearerTokenException("The authority is closed.") { ErrorId = "AuthorityClosed" };

        await _bench.RunAsync(Wire.Get(server.At("/")), log.Root);

        var token = Assert.Single(log.TokenRequests);
        Assert.Equal(("AuthorityClosed", "The authority is closed."), (SpanLog.Tag(token, "error.type"), token.StatusDescription));
        Assert.Equal("AuthorityClosed", SpanLog.Tag(Assert.Single(log.Requests), "error.type"));
    }

    [Fact]
    public async Task A_list_of_many_pages_has_a_bounded_number_of_events()
    {
        var span = RequestSpan.Begin(HttpMethod.Get, new Uri("https://api.contoso.com"), null, 0, BearerTools.Diagnostics.EventSink.None);
        span.Dispose();
        using var log = new SpanLog();
        Activity.Current = log.Root;
        using (span = RequestSpan.Begin(HttpMethod.Get, new Uri("https://api.contoso.com"), null, 0, BearerTools.Diagnostics.EventSink.None))
        {
            for (var page = 1; page <= 1000; page++) span.AddPage(page);
        }

        var request = Assert.Single(log.Requests);
        Assert.Equal(128, request.Events.Count());
        Assert.Equal(("1000", "872"), (SpanLog.Tag(request, "bearertools.pages"), SpanLog.Tag(request, "bearertools.events.dropped")));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Without_a_listener_there_is_no_span_and_the_activity_of_the_caller_is_current()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var root = new Activity("runbook").Start();
        Activity? current = null;
        _bench.Wire.Source.Before = (_, _) =>
        {
            current = Activity.Current;
            return Task.CompletedTask;
        };

        await _bench.RunAsync(Wire.Get(server.At("/")), root);

        // On .NET 8, the instruments of another test are still enabled.
        Assert.Equal(Environment.Version.Major == 8 && RequestMetrics.IsEnabled, RequestSpan.IsListenedTo);
        Assert.Same(root, current);
    }

    [Fact]
    public async Task No_secret_is_in_a_span_or_a_metric()
    {
        var secret = new Secret(Guid.NewGuid().ToString("N"));
        var value = secret.Reveal();
        await using var server = await OddServer.StartAsync(http =>
        {
            http.Response.Headers["x-request-id"] = value;
            return OddServer.JsonAsync(http, $$"""{"error":"{{value}} is wrong"}""", http.Request.Path.Value!.EndsWith("/busy", StringComparison.Ordinal) ? 503 : 400);
        });
        using var metrics = new MetricLog();
        using var log = new SpanLog();

        foreach (var path in new[] { $"/{value}?a={value}&{value}=1", $"/{value}/busy" })
        {
            var items = await _bench.RunAsync(Wire.Get(server.At(path)), log.Root);
            Assert.Single(items, item => item.Kind == RunItemKind.Failure);
        }

        Assert.Equal(4, log.Messages.Count);
        Assert.All(log.Messages, message => Assert.Contains("/***", SpanLog.Tag(message, "url.full"), StringComparison.Ordinal));
        foreach (var spelling in new[] { value, WebUtility.UrlEncode(value), Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value)), Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(value)) })
            Assert.DoesNotContain(spelling, log.Text() + metrics.Text, StringComparison.OrdinalIgnoreCase);
        GC.KeepAlive(secret);
    }
}
