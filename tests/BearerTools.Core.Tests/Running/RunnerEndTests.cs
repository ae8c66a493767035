using BearerTools.Http;
using BearerTools.Running;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

public sealed class RunnerEndTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public void No_further_input_starts_after_an_error_that_ends_the_run()
    {
        var started = 0;
        using var runner = new Runner(new RunnerLimits(1) { EndsRun = (_, _) => true });
        runner.TryAdd(Failing());
        for (var i = 0; i < 5; i++) runner.TryAdd(Counting());

        Assert.True(runner.WaitForWorkers(s_limit));
        Assert.True(runner.IsEnding);
        runner.TryAdd(Counting());
        Assert.True(runner.WaitForWorkers(s_limit));
        Assert.Equal(0, started);

        TestJob Counting() => new((_, _) =>
        {
            started++;
            return Task.CompletedTask;
        });
    }

    [Fact]
    public void The_number_of_failures_ends_the_run()
    {
        var tries = 0;
        using var runner = new Runner(new RunnerLimits(1) { EndsRun = (_, failures) => failures >= 3 });
        for (var i = 0; i < 10; i++) runner.TryAdd(new TestJob((_, _) => throw new BearerRequestException($"no {++tries}")));

        Assert.True(runner.WaitForWorkers(s_limit));
        Assert.Equal(3, tries);
    }

    [Fact]
    public void An_error_that_spares_further_inputs_ends_the_run_only_if_there_are_any()
    {
        using var runner = new Runner(new RunnerLimits(1) { EndsRest = _ => true });
        runner.TryAdd(Failing());
        Assert.True(runner.WaitForWorkers(s_limit));
        Assert.False(runner.HasEnded);

        Assert.True(runner.EndBeforeNext());
        Assert.True(runner.IsEnding);
    }

    [Fact]
    public void An_error_that_spares_further_inputs_ends_the_run_if_they_are_waiting()
    {
        using var runner = new Runner(new RunnerLimits(1) { EndsRest = _ => true });
        var go = new ManualResetEventSlim();
        runner.TryAdd(new TestJob((_, cancel) =>
        {
            go.Wait(cancel);
            throw new BearerRequestException("no");
        }));
        runner.TryAdd(Failing());
        go.Set();

        Assert.True(runner.WaitForWorkers(s_limit));
        Assert.True(runner.HasEnded);
        Assert.Equal(1, runner.Result.Failed);
    }

    [Fact]
    public async Task In_order_the_inputs_before_the_error_still_send_and_those_after_it_do_not()
    {
        using var runner = new Runner(new RunnerLimits(3) { EndsRun = (_, _) => true });
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        runner.TryAdd(Sending("before"));
        runner.TryAdd(new TestJob((_, _) => throw new BearerRequestException("no")));
        runner.TryAdd(Sending("after"));
        while (!runner.IsEnding) await Task.Delay(1).Soon();
        failed.SetResult();

        Assert.True(runner.WaitForWorkers(s_limit));
        Assert.Equal(["before"], runner.Take().Rows());

        TestJob Sending(string row) => new(async (output, _) =>
        {
            await failed.Task;
            output.Enter(mayModify: true);
            await output.WriteAsync(RunItemKind.Row, row);
        });
    }

    [Fact]
    public async Task A_closed_run_waits_for_what_may_change_something_and_keeps_its_results()
    {
        using var runner = new Runner(new RunnerLimits(3));
        var sent = new SemaphoreSlim(0);
        runner.TryAdd(Sending(mayModify: false));
        runner.TryAdd(Sending(mayModify: true));
        for (var i = 0; i < 2; i++) Assert.True(await sent.WaitAsync(s_limit));

        runner.Close();
        Assert.False(runner.WaitForMessages(TimeSpan.FromMilliseconds(20)));
        _go.SetResult();
        Assert.True(runner.WaitForMessages(s_limit));
        runner.Cancel();
        Assert.True(runner.WaitForWorkers(s_limit));

        var items = new List<RunItem>();
        runner.TakeFinished(items);
        Assert.Equal([true], items.Rows());
        Assert.Equal(new RunEnd(2, 2, 0, 1, 0, 0), runner.Result);

        TestJob Sending(bool mayModify) => new(async (output, cancel) =>
        {
            output.Enter(mayModify);
            sent.Release();
            await (mayModify ? _go.Task : Task.Delay(Timeout.InfiniteTimeSpan, cancel));
            await output.WriteAsync(RunItemKind.Row, mayModify);
        });
    }

    [Fact]
    public async Task A_closed_run_does_not_wait_for_a_job_between_two_messages()
    {
        using var runner = new Runner(new RunnerLimits(1));
        var rests = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        runner.TryAdd(new TestJob(async (output, cancel) =>
        {
            output.Enter(mayModify: true);
            output.Rest();
            rests.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        }));
        await rests.Task.Soon();

        runner.Close();

        Assert.True(runner.WaitForMessages(TimeSpan.Zero));
    }

    [Fact]
    public async Task A_stop_ends_the_wait_for_what_is_under_way()
    {
        using var runner = new Runner(new RunnerLimits(1));
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        runner.TryAdd(new TestJob(async (output, cancel) =>
        {
            output.Enter(mayModify: true);
            sent.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        }));
        await sent.Task.Soon();
        runner.Close();
        var waiting = Task.Run(() => runner.WaitForMessages(s_limit));

        runner.Cancel();

        Assert.True(await waiting.Soon());
    }

    [Fact]
    public void The_result_tells_what_was_sent_what_failed_and_what_was_not_sent()
    {
        using var runner = new Runner(new RunnerLimits(1) { EndsRun = (_, failures) => failures == 2 });
        runner.TryAdd(new TestJob((output, _) =>
        {
            output.Enter(mayModify: true);
            return Task.CompletedTask;
        }));
        runner.TryAdd(Failing());
        runner.TryAdd(new TestJob((output, _) =>
        {
            output.Enter(mayModify: true);
            throw new BearerRequestException("no");
        }));
        for (var i = 0; i < 4; i++) runner.TryAdd(TestJob.Waiting());
        Assert.True(runner.WaitForWorkers(s_limit));
        runner.Close();
        runner.Cancel();

        Assert.Equal(new RunEnd(7, 2, 2, 0, 4, 1), runner.Result);
    }

    [Fact]
    public async Task The_inputs_before_the_error_are_waited_for_until_the_limit_and_count_as_unfinished()
    {
        var clock = new TestClock();
        using var runner = new Runner(new RunnerLimits(4) { EndsRun = (_, _) => true, EndWait = TimeSpan.FromSeconds(30) }, time: clock);
        var sent = new SemaphoreSlim(0);
        runner.TryAdd(Endless());
        runner.TryAdd(TestJob.Writing("complete"));
        runner.TryAdd(Endless());
        for (var i = 0; i < 2; i++) Assert.True(await sent.WaitAsync(s_limit));
        runner.TryAdd(Failing());
        await clock.UntilWaiting().Soon();
        var waiting = runner.WaitAsync();

        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await waiting.Soon());
        var items = runner.Take();
        Assert.Equal(["complete"], items.Rows());
        Assert.Equal(RunItemKind.Failure, items[^1].Kind);
        Assert.Equal(TimeSpan.FromSeconds(30), runner.SinceEnding);
        runner.Close();
        runner.Cancel();
        Assert.True(runner.WaitForWorkers(s_limit));
        Assert.Equal(new RunEnd(4, 2, 1, 2, 1, 1), runner.Result);

        TestJob Endless() => new(async (output, cancel) =>
        {
            output.Enter(mayModify: true);
            sent.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        });
    }

    [Fact]
    public async Task After_the_limit_the_inputs_before_the_error_send_nothing_more()
    {
        var clock = new TestClock();
        using var runner = new Runner(new RunnerLimits(2) { EndsRun = (_, _) => true, EndWait = TimeSpan.FromSeconds(30) }, time: clock);
        Exception? thrown = null;
        runner.TryAdd(new TestJob(async (output, _) =>
        {
            await _go.Task;
            thrown = Record.Exception(() => output.Enter(mayModify: true));
        }));
        runner.TryAdd(Failing());
        await clock.UntilWaiting().Soon();

        clock.Advance(TimeSpan.FromSeconds(30));
        _go.SetResult();

        Assert.True(runner.WaitForWorkers(s_limit));
        Assert.IsType<RunEndedException>(thrown);
    }

    [Fact]
    public async Task A_message_after_the_end_is_not_sent()
    {
        using var runner = new Runner(new RunnerLimits(1));
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Exception? thrown = null;
        runner.TryAdd(new TestJob(async (output, _) =>
        {
            started.SetResult();
            await closed.Task;
            thrown = Record.Exception(() => output.Enter(mayModify: true));
        }));
        await started.Task.Soon();

        runner.Close();
        closed.SetResult();

        Assert.True(runner.WaitForWorkers(s_limit));
        Assert.IsType<RunEndedException>(thrown);
        Assert.True(runner.WaitForMessages(TimeSpan.Zero));
    }

    private static TestJob Failing() => new((_, _) => throw new BearerRequestException("no"));
}
