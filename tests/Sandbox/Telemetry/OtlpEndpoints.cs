using System.Collections.Concurrent;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Telemetry;

/// <summary>Receives what OpenTelemetry exporters post (OTLP over HTTP, protobuf), as a collector does, and shows it as JSON.</summary>
internal sealed class OtlpEndpoints
{
    private readonly ConcurrentQueue<OtlpSpan> _spans = new();
    private readonly ConcurrentQueue<OtlpPoint> _points = new();
    private readonly ConcurrentQueue<byte[]> _bodies = new();

    public IReadOnlyCollection<OtlpSpan> Spans => _spans;

    /// <summary>The series of all exports, in the order of their arrival.</summary>
    public IReadOnlyCollection<OtlpPoint> Points => _points;

    /// <summary>What was posted, as it came.</summary>
    public IReadOnlyCollection<byte[]> Bodies => _bodies;

    public void Map(WebApplication routes)
    {
        routes.MapPost("/otlp/v1/traces", http => ReceiveAsync(http, body => OtlpRequest.Spans(body).ForEach(_spans.Enqueue)));
        routes.MapPost("/otlp/v1/metrics", http => ReceiveAsync(http, body => OtlpRequest.Points(body).ForEach(_points.Enqueue)));
        routes.MapGet("/otlp/spans", http => http.WriteJson(_spans));
        routes.MapGet("/otlp/metrics", http => http.WriteJson(_points));
    }

    /// <summary>Responds with an empty message, which says that everything was accepted.</summary>
    private async Task ReceiveAsync(HttpContext http, Action<byte[]> read)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        _bodies.Enqueue(body.ToArray());
        read(body.ToArray());
        http.Response.ContentType = "application/x-protobuf";
    }
}
