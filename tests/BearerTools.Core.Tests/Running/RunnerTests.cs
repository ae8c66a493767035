using BearerTools.Diagnostics;
using BearerTools.Running;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

public sealed class RunnerTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(32)]
    public async Task Results_come_in_the_order_of_the_inputs_whenever_they_are_ready(int concurrent)
    {
        var random = new Random(concurrent);
        var pauses = Enumerable.Range(0, 600).Select(_ => random.Next(20)).ToArray();
        var jobs = pauses.Select((pause, n) => new TestJob(async (output, _) =>
        {
            for (var i = 0; i < pause; i++) await Task.Yield();
            output.Write(new TestEvent($"{n}: begins"));
            await output.WriteRowsAsync([$"{n}: first"], 10);
            for (var i = 0; i < pause; i++) await Task.Yield();
            await output.WriteAsync(RunItemKind.Row, $"{n}: last");
        }));
        using var runner = new Runner(new RunnerLimits(concurrent) { Window = 50 }, new EventLevels(Verbose: true));

        var items = await runner.RunAllAsync(jobs).Soon();

        Assert.Equal(Enumerable.Range(0, 600).SelectMany(n => (object[])[$"{n}: begins", $"{n}: first", $"{n}: last"]), items.Select(item => item.Value is TestEvent e ? e.Text : item.Value));
    }

    [Fact]
    public async Task As_many_jobs_run_at_once_as_are_allowed_and_no_more()
    {
        var running = 0;
        var most = 0;
        using var all = new CountdownEvent(4);
        var jobs = Enumerable.Range(0, 40).Select(_ => new TestJob(async (_, _) =>
        {
            var now = Interlocked.Increment(ref running);
            lock (all)
            {
                most = Math.Max(most, now);
                if (all.CurrentCount > 0 && all.Signal()) _go.SetResult();
            }

            // The first four wait for each other: with fewer at once this would never end.
            await _go.Task;
            await Task.Yield();
            Interlocked.Decrement(ref running);
        }));
        using var runner = new Runner(new RunnerLimits(4));

        await runner.RunAllAsync(jobs).Soon();

        Assert.Equal(4, most);
    }

    [Fact]
    public async Task Without_jobs_there_is_nothing_to_wait_for()
    {
        using var runner = new Runner(new RunnerLimits(4));

        Assert.Empty(await runner.RunAllAsync([]).Soon());
    }

    [Fact]
    public void While_no_rows_are_consumed_no_more_jobs_start_than_the_window_holds()
    {
        using var runner = new Runner(new RunnerLimits(2) { Window = 5, WindowBehindSlow = 5 });

        Assert.Equal(5, Enumerable.Range(0, 20).Count(_ => runner.TryAdd(TestJob.Writing(1))));
    }

    [Fact]
    public async Task The_job_whose_turn_it_is_stops_when_no_rows_are_consumed_and_continues_when_they_are()
    {
        var written = 0;
        using var runner = new Runner(new RunnerLimits(1) { HeadItems = 10 });
        var paused = new SemaphoreSlim(0);
        runner.TryAdd(new TestJob(async (output, _) =>
        {
            while (written < 25)
            {
                written++;
                await TestJob.WriteAsync(output, written, 0, paused);
            }
        }));

        Assert.True(await paused.WaitAsync(s_timeout));
        Assert.Equal(10, written);
        Assert.Equal(Enumerable.Range(1, 10), runner.Take().Rows().Cast<int>());
        Assert.True(await paused.WaitAsync(s_timeout));
        Assert.Equal(20, written);
        Assert.Equal(Enumerable.Range(11, 10), runner.Take().Rows().Cast<int>());

        runner.Complete();
        Assert.True(await runner.WaitAsync().Soon());
        Assert.True(runner.WaitForWorkers(s_timeout));
        Assert.Equal(Enumerable.Range(21, 5), runner.Take().Rows().Cast<int>());
    }

    [Fact]
    public async Task The_job_whose_turn_it_is_stops_at_the_budget_of_bytes_too()
    {
        var written = 0;
        var paused = new SemaphoreSlim(0);
        using var runner = new Runner(new RunnerLimits(1) { WaitingBytes = 1_000_000 });
        runner.TryAdd(new TestJob(async (output, _) =>
        {
            while (written < 100)
            {
                written++;
                await TestJob.WriteAsync(output, written, 100_000, paused);
            }
        }));

        Assert.True(await paused.WaitAsync(s_timeout));
        Assert.Equal(10, written);

        Assert.Equal(Enumerable.Range(1, 100), (await runner.RunAllAsync([]).Soon()).Rows().Cast<int>());
    }

    [Fact]
    public async Task Rows_of_the_first_job_come_while_it_still_runs()
    {
        using var runner = new Runner(new RunnerLimits(2));
        runner.TryAdd(new TestJob(async (output, _) =>
        {
            await output.WriteAsync(RunItemKind.Row, "early");
            await _go.Task;
            await output.WriteAsync(RunItemKind.Row, "late");
        }));

        Assert.True(await runner.WaitAsync().Soon());
        Assert.Equal(["early"], runner.Take().Rows());

        _go.SetResult();
        Assert.True(await runner.WaitAsync().Soon());
        Assert.Equal(["late"], runner.Take().Rows());
    }

    [Fact]
    public async Task Responses_that_wait_for_their_turn_stop_at_the_shared_budget()
    {
        const int Behind = 3;
        var written = 0;
        var paused = new SemaphoreSlim(0);
        using var runner = new Runner(new RunnerLimits(1 + Behind) { WaitingBytes = 1_000_000 });
        runner.TryAdd(new TestJob(async (output, _) =>
        {
            await _go.Task;
            await output.WriteAsync(RunItemKind.Row, "first");
        }));
        for (var job = 1; job <= Behind; job++)
        {
            var name = job;
            runner.TryAdd(new TestJob(async (output, _) =>
            {
                for (var row = 1; row <= 50; row++)
                {
                    Interlocked.Add(ref written, 100_000);
                    await TestJob.WriteAsync(output, $"{name}.{row}", 100_000, paused);
                }
            }));
        }

        for (var job = 0; job < Behind; job++) Assert.True(await paused.WaitAsync(s_timeout));
        Assert.InRange(written, 1_000_000, 1_000_000 + (Behind * 100_000));

        _go.SetResult();
        var items = await runner.RunAllAsync([]).Soon();

        Assert.Equal(
            Enumerable.Range(1, Behind).SelectMany(job => Enumerable.Range(1, 50).Select(row => $"{job}.{row}")).Prepend("first"),
            items.Rows());
    }

    [Fact]
    public async Task A_job_that_throws_is_a_failure_in_input_order_and_the_others_continue()
    {
        var jobs = Enumerable.Range(0, 100).Select(n => new TestJob(
            async (output, _) =>
            {
                await Task.Yield();
                await output.WriteAsync(RunItemKind.Row, n);
                if (n % 10 == 3) throw new InvalidOperationException($"{n} is odd");
            },
            input: $"input {n}"));
        using var runner = new Runner(new RunnerLimits(8));

        var items = await runner.RunAllAsync(jobs).Soon();

        Assert.Equal(Enumerable.Range(0, 100), items.Rows().Cast<int>());
        var failures = items.Where(item => item.Kind == RunItemKind.Failure).Select(item => (JobFailure)item.Value!).ToArray();
        Assert.Equal(Enumerable.Range(0, 10).Select(n => $"input {(n * 10) + 3}"), failures.Select(failure => failure.Input));
        Assert.All(items.Where(item => item.Kind == RunItemKind.Failure), failure =>
            Assert.Equal($"{items[items.IndexOf(failure) - 1].Value} is odd", ((JobFailure)failure.Value!).Error.Message));
    }

    [Fact]
    public async Task A_job_that_throws_before_its_first_wait_is_a_failure_too()
    {
        using var runner = new Runner(new RunnerLimits(1));

        var items = await runner.RunAllAsync([new TestJob((_, _) => throw new InvalidOperationException("at once")), TestJob.Writing("next")]).Soon();

        Assert.Equal([RunItemKind.Failure, RunItemKind.Row], items.Select(item => item.Kind));
    }

    [Fact]
    public async Task A_cancellation_that_is_not_the_runners_is_a_failure()
    {
        using var runner = new Runner(new RunnerLimits(1));

        var items = await runner.RunAllAsync([new TestJob((_, _) => throw new OperationCanceledException("a timeout of its own"))]).Soon();

        Assert.Equal(RunItemKind.Failure, Assert.Single(items).Kind);
    }

    [Fact]
    public async Task Output_after_the_end_of_a_job_is_dropped()
    {
        JobOutput? kept = null;
        using var runner = new Runner(new RunnerLimits(1));
        var first = new TestJob((output, _) =>
        {
            kept = output;
            return Task.CompletedTask;
        });

        var items = await runner.RunAllAsync([first, TestJob.Writing("row")]).Soon();
        kept!.Write(new TestEvent("too late", EventLevel.Warning));

        Assert.Equal(["row"], items.Rows());
        Assert.Empty(runner.Take());
    }

    [Fact]
    public async Task An_interrupt_has_no_turn_and_wakes_the_pipeline()
    {
        using var runner = new Runner(new RunnerLimits(2));
        runner.TryAdd(TestJob.Waiting());
        runner.TryAdd(TestJob.Writing("not its turn"));
        var pipeline = runner.WaitAsync();
        var done = false;

        runner.Interrupt(() => done = true);

        Assert.True(await pipeline.Soon());
        var items = new List<RunItem>();
        var interrupts = new List<Action>();
        Assert.True(runner.TryTake(items, interrupts));
        Assert.Empty(items);
        Assert.Single(interrupts)();
        Assert.True(done);
    }

    [Fact]
    public async Task A_job_after_a_pause_finds_a_worker_again()
    {
        using var runner = new Runner(new RunnerLimits(1));
        for (var round = 0; round < 100; round++)
        {
            Assert.True(runner.TryAdd(TestJob.Writing(round)));
            Assert.True(await runner.WaitAsync().Soon());
            var rows = new List<object?>();
            while (rows.Count == 0) rows.AddRange(runner.Take().Rows());
            Assert.Equal([round], rows);
            if (round % 2 == 0) Assert.True(runner.WaitForWorkers(s_timeout));
        }
    }
}
