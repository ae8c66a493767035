using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Telemetry;
using BearerTools.Grants;
using BearerTools.Http;
using BearerTools.Sandbox;
using BearerTools.Security;
using BearerTools.Tokens;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace BearerTools.Tests.Telemetry;

/// <summary>The exporter of OpenTelemetry, as users load it, and a receiver that parses what it posts.</summary>
public sealed class OtlpTests : IAsyncLifetime
{
    private readonly List<Secret> _planted = [];
    private SandboxServer _server = null!;

    public async Task InitializeAsync() => _server = await SandboxServer.StartAsync(new SandboxOptions());

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_collector_receives_the_spans_and_the_metrics_of_a_request()
    {
        var traceId = await CollectAsync(async send =>
        {
            (await send("api/items/1", new SpanRecorder())).Dispose();
        });

        var spans = _server.Telemetry.Spans.Where(span => span.TraceId == traceId).ToArray();
        var request = Assert.Single(spans, span => span.Name == "BearerTools.Request");
        Assert.Equal(("BearerTools", "GET", "200"), (request.Scope, request.Attributes["http.request.method"], request.Attributes["http.response.status_code"]));
        Assert.Contains(request.Events, e => e.Name == "response" && e.Attributes["bearertools.message"].StartsWith("GET ", StringComparison.Ordinal));
        var token = Assert.Single(spans, span => span.Name == "BearerTools.TokenRequest");
        Assert.Equal((request.SpanId, "ClientCredentials"), (token.ParentSpanId, token.Attributes["bearertools.token.flow"]));
        var messages = spans.Where(span => span.Kind == 3 && span.Attributes.ContainsKey("http.response.status_code")).ToArray();
        Assert.Contains(messages, message => message.ParentSpanId == request.SpanId && message.Attributes["url.full"] == $"{_server.Address}api/items/1");
        Assert.Contains(messages, message => message.ParentSpanId == token.SpanId && message.Attributes["url.full"] == $"{_server.Address}token");

        var series = _server.Telemetry.Points.Where(point => point.Scope == "BearerTools").ToArray();
        Assert.Contains(series, point => point is { Name: "bearertools.requests", Unit: "{request}", Value: 1 } && point.Attributes["bearertools.response.status_class"] == "2xx");
        Assert.Contains(series, point => point is { Name: "bearertools.request.duration", Unit: "s", Value: 1 });
        Assert.Contains(series, point => point is { Name: "bearertools.token.requests", Value: 1 } && point.Attributes["bearertools.token.reason"] == "first");
    }

    [Fact]
    public async Task None_of_40_secrets_is_exported_and_a_planted_leak_is_found()
    {
        var secrets = Enumerable.Range(0, 40).Select(_ => Plant()).ToArray();
        var leak = $"leak of {Guid.NewGuid():N}";
        await CollectAsync(async send =>
        {
            for (var i = 0; i < secrets.Length; i++)
            {
                var value = Uri.EscapeDataString(secrets[i]);
                var path = (i % 4) switch
                {
                    0 => $"api/odd/none/{value}",
                    1 => $"api/items/1?{value}",
                    2 => $"api/items/1?key={value}&filter={value}",
                    _ => $"api/{value}/items?page={value}#{value}",
                };
                var headers = new KeyValuePair<string, string>[] { new("X-Api-Key", secrets[i]), new("X-Mirror", value) };
                (await send(path, new SpanRecorder { Headers = headers, Failure = $"The server said '{secrets[i]}'." })).Dispose();
            }

            // A text of the same shape that is not known as a secret.
            (await send($"api/odd/none/{Uri.EscapeDataString(leak)}", new SpanRecorder())).Dispose();
        });

        var exported = string.Join('\n', _server.Telemetry.Bodies.Select(Encoding.UTF8.GetString));
        Assert.True(_server.Telemetry.Spans.Count >= 80, $"{_server.Telemetry.Spans.Count} spans were exported.");
        Assert.DoesNotContain(secrets, IsExported);
        Assert.True(IsExported(leak));
        Assert.DoesNotContain(_server.ClientSecret, exported, StringComparison.Ordinal);
        Assert.Contains("***", exported, StringComparison.Ordinal);

        bool IsExported(string text) => Spellings(text).Any(spelling => exported.Contains(spelling, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Spellings(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return secret;
        yield return Uri.EscapeDataString(secret);
        yield return WebUtility.UrlEncode(secret);
        yield return Convert.ToHexString(bytes);
        for (var before = 0; before < 3; before++)
        {
            var base64 = Convert.ToBase64String([.. new byte[before], .. bytes]);
            // Without the ends, which depend on what is beside the secret.
            yield return base64[(before == 0 ? 0 : 4)..^4];
            yield return base64[(before == 0 ? 0 : 4)..^4].Replace('+', '-').Replace('/', '_');
        }
    }

    private string Plant()
    {
        var secret = new Secret(Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)) + "+/%");
        _planted.Add(secret);
        return secret.Reveal();
    }

    /// <summary>Exports what the requests emit, and returns the trace that they belong to.</summary>
    private async Task<string> CollectAsync(Func<Func<string, SpanRecorder, Task<ApiResponse>>, Task> work)
    {
        var services = new BearerServices();
        var tokens = new TokenEntry(
            new ClientCredentialsSource(
                services.Backchannel,
                services.Discovery,
                new OAuthClientOptions { TokenEndpoint = new Uri(_server.Address, "token"), ClientId = _server.ClientId, Secret = SecretReference.To(new Secret(_server.ClientSecret)) },
                new GrantScope { Scopes = ["opaque"] }),
            TimeProvider.System);
        var connection = new Connection(services, tokens, _server.Address, OriginPolicy.Create(_server.Address, [], []));
        using var pipeline = RequestPipeline.Create(services, connection, RequestOptions.Default with { Retries = new() { MaxRetries = 0 } });

        string traceId;
        using (Sdk.CreateTracerProviderBuilder().AddSource("BearerTools").AddSource("System.Net.Http").AddOtlpExporter(To("traces")).Build())
        using (Sdk.CreateMeterProviderBuilder().AddMeter("BearerTools").AddOtlpExporter(To("metrics")).Build())
        {
            using var root = new Activity("runbook").Start();
            // What is not recorded is not exported.
            root.ActivityTraceFlags = ActivityTraceFlags.Recorded;
            traceId = root.TraceId.ToHexString();
            await work((path, recorder) => recorder.SendAsync(pipeline.Handler, new Uri(_server.Address, path)));
        }

        return traceId;
    }

    private Action<OtlpExporterOptions> To(string signal) => options =>
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri(_server.Address, $"otlp/v1/{signal}");
    };

    /// <summary>Sends a request within a span, as a job does.</summary>
    private sealed class SpanRecorder
    {
        public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

        /// <summary>The message of an error that the request ends with, or <see langword="null"/>.</summary>
        public string? Failure { get; init; }

        public async Task<ApiResponse> SendAsync(IRequestHandler handler, Uri address)
        {
            using var span = RequestSpan.Begin(HttpMethod.Get, address, null, 0, EventSink.None);
            var response = await handler.SendAsync(new RequestTemplate { Method = HttpMethod.Get, Address = address, Headers = Headers }, new RequestContext(span, default));
            span.Responded((int)response.Status);
            if (Failure is not null) span.Fail(new InvalidOperationException(Failure));
            return response;
        }
    }
}
