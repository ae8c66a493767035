using System.Diagnostics;
using System.Text.Json;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http;
using BearerTools.Http.Tracing;

namespace BearerTools.Sandbox.CommandLine;

/// <summary>What the trace costs: the time for recording a request, and the memory after a million of them. As JSON for the Bench.</summary>
internal static class TraceCost
{
    private const int Requests = 1_000_000;
    private const double Megabyte = 1024 * 1024;

    public static void Run()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var log = new TraceLog();
        var tracer = new RequestTracer(log, TimeProvider.System, "contoso", new Uri("https://api.contoso.com/v1/"));
        var context = new RequestContext(EventSink.None, default);
        var templates = Enumerable.Range(0, 1000).Select(Template).ToArray();
        using var response = Response();
        Record(tracer, templates, context, response, Requests / 10);
        var started = Stopwatch.GetTimestamp();
        Record(tracer, templates, context, response, Requests);
        var nanoseconds = Stopwatch.GetElapsedTime(started).TotalNanoseconds / Requests;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(log);
        Console.WriteLine(JsonSerializer.Serialize(new { nanoseconds, megabytes = bytes / Megabyte }));
    }

    private static RequestTemplate Template(int number)
    {
        var address = new Uri($"https://api.contoso.com/v1/items/{number}");
        // A request needs the text too.
        _ = address.AbsoluteUri;
        return new RequestTemplate { Method = HttpMethod.Get, Address = address };
    }

    private static HttpResponseMessage Response()
    {
        var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Date", "Sun, 29 Nov 2026 10:00:00 GMT");
        response.Headers.TryAddWithoutValidation("Server", "nginx");
        response.Headers.TryAddWithoutValidation("Cache-Control", "no-store");
        response.Headers.TryAddWithoutValidation("X-Request-Id", "8f14e45f");
        return response;
    }

    private static void Record(
        RequestTracer tracer, RequestTemplate[] templates, RequestContext context, HttpResponseMessage response, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var now = Stopwatch.GetTimestamp();
            var record = tracer.Add(templates[i % templates.Length], context, "0123456789ab", new SendTimes(now, now), response);
            record.Add(150);
            record.End();
        }
    }
}
