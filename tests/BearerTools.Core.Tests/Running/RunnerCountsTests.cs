using BearerTools.Running;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

public sealed class RunnerCountsTests
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Jobs_are_counted_when_they_come_and_when_they_are_through()
    {
        using var runner = new Runner(new RunnerLimits(4));
        runner.TryAdd(TestJob.Writing(1));
        runner.TryAdd(new TestJob((_, _) => throw new BearerRequestException("no")));
        runner.TryAdd(new TestJob((_, _) => _go.Task));
        while (runner.Counts.Done < 2) await Task.Delay(1).Soon();

        Assert.Equal(new RunCounts(3, 2, 1, null), runner.Counts);

        _go.SetResult();
        Assert.True(runner.WaitForWorkers(TimeSpan.FromSeconds(10)));
        Assert.Equal(new RunCounts(3, 3, 1, null), runner.Counts);
    }

    [Fact]
    public async Task The_job_whose_turn_it_is_reports_its_progress()
    {
        using var runner = new Runner(new RunnerLimits(2));
        runner.TryAdd(new TestJob(async (output, _) =>
        {
            output.Show("first");
            await _go.Task;
        }));
        runner.TryAdd(new TestJob(async (output, cancel) =>
        {
            output.Show("second");
            await Task.Delay(Timeout.Infinite, cancel);
        }));
        while (runner.Counts.State is null) await Task.Delay(1).Soon();
        Assert.Equal("first", runner.Counts.State);

        _go.SetResult();
        while (runner.Counts.Done == 0 || runner.Counts.State == "first")
        {
            runner.Take();
            await Task.Delay(1).Soon();
        }

        Assert.Equal("second", runner.Counts.State);
    }

    [Fact]
    public async Task A_wait_with_a_timeout_ends_without_input()
    {
        using var runner = new Runner(new RunnerLimits(1));
        runner.TryAdd(TestJob.Waiting());

        Assert.True(await Task.Factory.StartNew(() => runner.Wait(forCapacity: false, atMost: 1), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Soon());
        Assert.Empty(runner.Take());
    }
}
