using BearerTools.Running;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

public sealed class RunnerUnorderedTests : IDisposable
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Runner _runner = new(new RunnerLimits(4) { InOrder = false, Window = 64, WaitingBytes = 1000 });

    [Fact]
    public async Task Rows_come_in_order_of_arrival_and_a_slow_job_does_not_delay_others()
    {
        var seen = 0;
        var jobs = Enumerable.Range(0, 100).Select(n => new TestJob(async (output, _) =>
        {
            // The first one is not done before all others have been given out.
            if (n == 0) await _go.Task;
            await output.WriteAsync(RunItemKind.Row, n);
            if (Interlocked.Increment(ref seen) == 99) _go.SetResult();
        }));

        var rows = (await _runner.RunAllAsync(jobs).Soon()).Rows().ToArray();

        Assert.Equal(Enumerable.Range(0, 100).Cast<object?>(), rows.Order());
        Assert.Equal(0, rows[^1]);
    }

    [Fact]
    public async Task The_rows_of_one_job_stay_in_their_order_and_none_is_lost()
    {
        var jobs = Enumerable.Range(0, 50).Select(n => new TestJob(async (output, _) =>
        {
            for (var i = 0; i < 40; i++)
            {
                if (i % 7 == n % 7) await Task.Yield();
                await output.WriteAsync(RunItemKind.Row, (n, i), cost: 100);
            }
        }));

        var rows = (await _runner.RunAllAsync(jobs).Soon()).Rows().Cast<(int N, int I)>().ToArray();

        Assert.Equal(2000, rows.Length);
        Assert.All(rows.GroupBy(row => row.N), of => Assert.Equal(Enumerable.Range(0, 40), of.Select(row => row.I)));
    }

    [Fact]
    public async Task All_of_them_together_wait_when_too_much_waits_for_the_pipeline()
    {
        using var paused = new SemaphoreSlim(0);
        for (var n = 0; n < 4; n++) _runner.TryAdd(new TestJob(async (output, _) => await TestJob.WriteAsync(output, n, 600, paused)));

        // 664 bytes each: the first has room, the others have none.
        for (var n = 0; n < 3; n++) Assert.True(await paused.WaitAsync(TimeSpan.FromSeconds(10)));
        _runner.Complete();

        var rows = new List<object?>();
        while (await _runner.WaitAsync().Soon()) rows.AddRange(_runner.Take().Rows());
        Assert.Equal(4, rows.Count);
    }

    [Fact]
    public async Task A_failure_is_in_input_order_too_and_the_others_continue()
    {
        Job[] jobs = [new TestJob((_, _) => throw new InvalidOperationException("no"), "bad"), TestJob.Writing("good")];

        var items = await _runner.RunAllAsync(jobs).Soon();

        Assert.Equal("good", Assert.Single(items.Rows()));
        Assert.Equal("bad", Assert.Single(items, item => item.Kind == RunItemKind.Failure).Value is JobFailure failure ? failure.Input : null);
    }

    public void Dispose() => _runner.Dispose();
}
