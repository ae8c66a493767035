using System.Runtime.CompilerServices;
using BearerTools.Running;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

/// <summary>How far inputs get ahead of a slow one, and when results that wait are written.</summary>
public sealed class RunnerAheadTests
{
    private readonly TaskCompletionSource _slow = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TestClock _clock = new();

    [Fact]
    public async Task Behind_a_slow_job_thousands_of_others_are_done_and_all_results_stay_in_order()
    {
        const int Behind = 5000;
        var done = 0;
        using var runner = new Runner(new RunnerLimits(4));
        var jobs = Enumerable.Range(0, Behind + 1).Select(n => new TestJob(async (output, _) =>
        {
            // The slow one ends only after all others.
            if (n == 0) await _slow.Task;
            await output.WriteAsync(RunItemKind.Row, n, cost: 100);
            if (n > 0 && Interlocked.Increment(ref done) == Behind) _slow.SetResult();
        }));

        var items = await runner.RunAllAsync(jobs).Soon();

        Assert.Equal(Enumerable.Range(0, Behind + 1), items.Rows().Cast<int>());
    }

    [Fact]
    public async Task Behind_a_slow_job_no_more_changes_begin_than_before_when_nothing_was_written_yet()
    {
        var begun = 0;
        using var runner = new Runner(new RunnerLimits(4));
        runner.TryAdd(new ChangingJob(() => _slow.Task));
        var added = 1;
        while (added < 1000 && runner.TryAdd(new ChangingJob(() =>
        {
            Interlocked.Increment(ref begun);
            return Task.CompletedTask;
        })))
        {
            added++;
        }

        while (runner.Counts.Done < 63) await Task.Yield();
        Assert.False(runner.TryAdd(new ChangingJob(() => Task.CompletedTask)));
        Assert.Equal(64, added);
        Assert.Equal(63, begun);
        _slow.SetResult();
    }

    [Fact]
    public async Task The_request_of_a_job_that_is_done_is_dropped_while_its_results_wait_for_their_turn()
    {
        using var runner = new Runner(new RunnerLimits(2));
        runner.TryAdd(new TestJob((_, _) => _slow.Task));
        var jobs = AddJobs(runner, 40);
        while (runner.Counts.Done < 40) await Task.Yield();

        Garbage.AssertCollected(jobs);
        _slow.SetResult();
    }

    [Fact]
    public async Task The_result_of_the_last_input_is_to_come_until_it_is_taken()
    {
        using var runner = new Runner(new RunnerLimits(2), default, _clock);
        Assert.False(runner.AwaitsLast);
        Assert.Null(runner.RecentLatency);

        runner.TryAdd(new TestJob(async (output, _) =>
        {
            await _slow.Task;
            _clock.Advance(TimeSpan.FromMilliseconds(20));
            await output.WriteAsync(RunItemKind.Row, "result");
        }));
        Assert.True(runner.AwaitsLast);
        _slow.SetResult();
        var rows = new List<object?>();
        while (runner.AwaitsLast)
        {
            Assert.True(await runner.WaitAsync().Soon());
            rows.AddRange(runner.Take().Rows());
        }

        Assert.Equal(["result"], rows);
        Assert.Equal(TimeSpan.FromMilliseconds(20), runner.RecentLatency);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_slow_job_before_the_last_input_is_not_waited_for(bool inOrder, bool awaits)
    {
        using var runner = new Runner(new RunnerLimits(2) { InOrder = inOrder });
        runner.TryAdd(TestJob.Waiting());
        runner.TryAdd(TestJob.Waiting());

        Assert.Equal(awaits, runner.AwaitsLast);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> AddJobs(Runner runner, int count)
    {
        var references = new List<WeakReference>();
        for (var n = 0; n < count; n++)
        {
            var job = TestJob.Writing("waits");
            Assert.True(runner.TryAdd(job));
            references.Add(new WeakReference(job));
        }

        return references;
    }

    private sealed class ChangingJob(Func<Task> work) : Job
    {
        public override bool MayModify => true;

        public override Task RunAsync(JobOutput output, CancellationToken cancel) => work();
    }
}
