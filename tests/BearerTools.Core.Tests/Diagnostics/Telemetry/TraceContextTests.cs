using System.Diagnostics;
using BearerTools.Tests.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Diagnostics.Telemetry;

/// <summary>W3C Trace Context: the header that joins the server's spans to the client's.</summary>
[Collection(nameof(TelemetryBench))]
public sealed class TraceContextTests : IDisposable
{
    private const string Header = "traceparent";

    private readonly TelemetryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task The_message_names_its_own_span_as_the_parent_of_the_servers_span()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var log = new SpanLog();

        await _bench.RunAsync(Wire.Get(server.At("/")), log.Root);

        // On .NET 8 the runtime has a span too, which is inside that of the module.
        var sent = Assert.Single(server.Requests).Headers[Header];
        if (Environment.Version.Major > 8) Assert.Equal(Assert.Single(log.Messages).Id, sent);
        else Assert.StartsWith($"00-{log.Root.TraceId}-", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_only_the_module_is_listened_to_the_parent_is_a_span_that_is_collected()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var log = new SpanLog(SpanLog.OfModule);

        await _bench.RunAsync(Wire.Get(server.At("/")), log.Root);

        var collected = Environment.Version.Major > 8 ? Assert.Single(log.Requests) : Assert.Single(log.Messages);
        Assert.Equal(collected.Id, Assert.Single(server.Requests).Headers[Header]);
    }

    [Fact]
    public async Task Without_a_listener_the_activity_of_the_caller_is_the_parent()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var root = new Activity("runbook").Start();

        await _bench.RunAsync(Wire.Get(server.At("/")), root);

        Assert.Equal(root.Id, Assert.Single(server.Requests).Headers[Header]);
    }

    [Fact]
    public async Task Without_an_activity_nothing_is_sent()
    {
        await using var server = await OddServer.RespondingAsync("{}");

        await _bench.RunAsync(Wire.Get(server.At("/")), null);

        Assert.DoesNotContain(Header, Assert.Single(server.Requests).Headers.Keys);
    }

    [Fact]
    public async Task The_callers_own_header_wins_and_nothing_is_added_to_it()
    {
        const string Own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await using var server = await OddServer.RespondingAsync("{}");
        using var log = new SpanLog();
        log.Root.TraceStateString = "contoso=1";

        await _bench.RunAsync(Wire.Get(server.At("/")) with { Headers = [new(Header, Own)] }, log.Root);

        var headers = Assert.Single(server.Requests).Headers;
        Assert.Equal(Own, headers[Header]);
        Assert.DoesNotContain("tracestate", headers.Keys);
    }

    [Fact]
    public async Task A_redirect_to_another_origin_carries_no_trace()
    {
        await using var other = await OddServer.RespondingAsync("{}");
        await using var server = await OddServer.StartAsync(Wire.Redirecting(() => other.At("/end").AbsoluteUri));
        using var log = new SpanLog();
        log.Root.AddBaggage("tenant", "contoso");

        await _bench.RunAsync(Wire.Get(server.At("/")), log.Root);

        Assert.Contains(Header, Assert.Single(server.Requests).Headers.Keys);
        Assert.DoesNotContain(Assert.Single(other.Requests).Headers.Keys, name => name.StartsWith("trace", StringComparison.OrdinalIgnoreCase) || name.Contains("baggage", StringComparison.OrdinalIgnoreCase) || name.Contains("correlation", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(2, log.Messages.Count);
        Assert.Equal(["", "1"], log.Messages.Select(message => SpanLog.Tag(message, "http.request.resend_count")));
        Assert.Single(Assert.Single(log.Requests).Events, e => e.Name == "redirect");
    }

    [Fact]
    public async Task A_redirect_within_the_origin_carries_the_trace()
    {
        await using var server = await OddServer.StartAsync(http => http.Request.Path == "/end"
            ? OddServer.JsonAsync(http, "{}")
            : Wire.Redirecting(() => "/end")(http));
        using var log = new SpanLog();

        await _bench.RunAsync(Wire.Get(server.At("/")), log.Root);

        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, seen => Assert.StartsWith($"00-{log.Root.TraceId}-", seen.Headers[Header], StringComparison.Ordinal));
    }
}
