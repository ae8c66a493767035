using System.Diagnostics;
using System.Text.Json;
using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Running;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Sandbox.CommandLine;

/// <summary>
/// What diagnostic events cost a request when nothing listens: how often the pipeline asks whether anything does, and how long one
/// such question takes. Prints both as JSON for the Bench.
/// </summary>
internal static class EventCost
{
    private const int Requests = 100;
    private const int Calls = 100_000_000;

    public static async Task RunAsync()
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions());
        var services = new BearerServices();
        var address = new Uri(server.Address, "open/echo");
        var token = new AccessToken(new Secret(Guid.NewGuid().ToString()), new TokenMetadata());
        var connection = new Connection(services, services.Standalone(token), null, OriginPolicy.Create(address, [], []));
        using var pipeline = RequestPipeline.Create(services, connection, RequestOptions.Default);
        var counter = new Counter();
        for (var i = 0; i <= Requests; i++)
        {
            // The first one also gets the token.
            if (i == 1) counter.Asked = 0;
            (await pipeline.Handler.SendAsync(new RequestTemplate { Method = HttpMethod.Get, Address = address }, new RequestContext(counter, default))).Dispose();
        }

        Console.WriteLine(JsonSerializer.Serialize(new { checks = (double)counter.Asked / Requests, nanoseconds = NanosecondsOfOne() }));
    }

    /// <summary>Asks the sink that commands use, as the pipeline does.</summary>
    private static double NanosecondsOfOne()
    {
        using var runner = new Runner(new RunnerLimits(1), default);
        return NanosecondsOf(new JobOutput(runner, new FailedJob(new InvalidOperationException(), null)));
    }

    private static double NanosecondsOf<T>(T sink) where T : IEventSink
    {
        var delivered = 0;
        for (var round = 0; ; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Calls; i++)
            {
                if (sink.IsEnabled(EventLevel.Verbose)) delivered++;
            }

            // The first round is compiled while it runs.
            if (round == 1) return delivered == 0 ? Stopwatch.GetElapsedTime(started).TotalNanoseconds / Calls : throw new InvalidOperationException("A listener is enabled.");
        }
    }

    private sealed class Counter : IEventSink
    {
        public int Asked { get; set; }

        public bool IsEnabled(EventLevel level)
        {
            Asked++;
            return false;
        }

        public void Write(DiagnosticEvent e) => throw new InvalidOperationException("Nothing listens.");
    }
}
