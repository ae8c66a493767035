using BearerTools.Running;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

public sealed class RunnerCancelTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Cancel_ends_workers_that_send_and_workers_that_wait_and_wakes_the_pipeline()
    {
        var started = 0;
        var paused = new SemaphoreSlim(0);
        using var runner = new Runner(new RunnerLimits(3) { WaitingBytes = 10, HeadItems = 1 });
        runner.TryAdd(new TestJob(async (_, cancel) =>
        {
            Interlocked.Increment(ref started);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        }));
        for (var i = 0; i < 2; i++)
        {
            runner.TryAdd(new TestJob(async (output, _) =>
            {
                Interlocked.Increment(ref started);
                while (true) await TestJob.WriteAsync(output, 1, 10, paused);
            }));
        }

        runner.TryAdd(new TestJob((_, _) =>
        {
            Interlocked.Increment(ref started);
            return Task.CompletedTask;
        }));
        for (var i = 0; i < 2; i++) Assert.True(await paused.WaitAsync(s_timeout));
        var pipeline = runner.WaitAsync();

        runner.Cancel();

        Assert.True(runner.WaitForWorkers(s_timeout));
        Assert.False(await pipeline.WaitAsync(s_timeout));
        Assert.True(runner.IsCancelled);
        Assert.Equal(3, started);
    }

    [Fact]
    public async Task Cancel_ends_the_job_whose_turn_it_is_while_it_waits_for_the_pipeline()
    {
        var paused = new SemaphoreSlim(0);
        using var runner = new Runner(new RunnerLimits(1) { HeadItems = 1 });
        runner.TryAdd(new TestJob(async (output, _) =>
        {
            while (true) await TestJob.WriteAsync(output, 1, 0, paused);
        }));
        Assert.True(await paused.WaitAsync(s_timeout));

        runner.Cancel();

        Assert.True(runner.WaitForWorkers(s_timeout));
    }

    [Fact]
    public async Task After_a_cancellation_no_more_results_are_written()
    {
        using var runner = new Runner(new RunnerLimits(1));
        runner.TryAdd(TestJob.Writing("row"));
        Assert.True(await runner.WaitAsync().Soon());

        runner.Cancel();

        Assert.Empty(runner.Take());
    }

    [Fact]
    public void A_worker_that_does_not_stop_is_not_waited_for_indefinitely()
    {
        using var runner = new Runner(new RunnerLimits(1));
        using var started = new ManualResetEventSlim();
        runner.TryAdd(new TestJob((_, _) =>
        {
            started.Set();
            return _go.Task;
        }));
        Assert.True(started.Wait(s_timeout));

        runner.Cancel();

        Assert.False(runner.WaitForWorkers(TimeSpan.FromMilliseconds(50)));
        _go.SetResult();
        Assert.True(runner.WaitForWorkers(s_timeout));
    }

    [Fact]
    public void Dispose_ends_requests_that_still_run()
    {
        var runner = new Runner(new RunnerLimits(1));
        runner.TryAdd(TestJob.Waiting());

        runner.Dispose();

        Assert.True(runner.WaitForWorkers(s_timeout));
    }
}
