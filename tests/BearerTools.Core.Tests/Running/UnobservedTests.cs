using System.Collections.Concurrent;
using System.Globalization;
using BearerTools.Http.Retrying;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Tests.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

/// <summary>Not parallel, because unobserved exceptions are reported to the process, not to the test that caused them.</summary>
[CollectionDefinition(nameof(UnobservedTests), DisableParallelization = true)]
[Collection(nameof(UnobservedTests))]
public sealed class UnobservedTests
{
    [Fact]
    public async Task Transient_faults_and_a_stop_among_them_leave_no_unobserved_exception()
    {
        Collect();
        var errors = new ConcurrentQueue<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs e) => errors.Enqueue(e.Exception);
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await GoThroughAsync();
            Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.Empty(errors);
    }

    /// <summary>Each fault twice, and then a stop while responses hang.</summary>
    private static async Task GoThroughAsync()
    {
        var names = NetworkFaults.Names.ToArray();
        var hanging = 0;
        await using var server = new SocketServer(async talk =>
        {
            if (await talk.ReadAsync() is not { } request) return;
            if (request.StartsWith("GET /hang", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref hanging);
                await talk.HangAsync();
                return;
            }

            await NetworkFaults.CommitAsync(names[int.Parse(request.Split(' ')[1].TrimStart('/'), CultureInfo.InvariantCulture) % names.Length], talk);
        });
        using var wire = new Wire(retries: new RetryPolicy { MaxRetries = 1 });
        var run = new RequestRun(wire.Sender, _ => new TextRows(), JsonReadOptions.Default) { Retries = wire.Retries };
        using (var runner = new Runner(new RunnerLimits(4)))
        {
            var items = await runner.RunAllAsync(Enumerable.Range(0, names.Length * 2).Select(n => new RequestJob(run, Wire.Get(server.At($"/{n}"))))).Soon();
            Assert.Equal(names.Length * 2, items.Count);
        }

        using var stopped = new Runner(new RunnerLimits(4));
        for (var n = 0; n < 8; n++) stopped.TryAdd(new RequestJob(run, Wire.Get(server.At("/hang"))));
        for (var i = 0; i < 1000 && Volatile.Read(ref hanging) < 4; i++) await Task.Delay(10);
        Assert.Equal(4, hanging);
        stopped.Cancel();
        Assert.True(stopped.WaitForWorkers(TimeSpan.FromSeconds(10)));
        await server.UntilClosedAsync();
    }

    private static void Collect()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
