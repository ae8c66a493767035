using BearerTools.Running;

namespace BearerTools.Tests.Running;

public sealed class InputWindowTests
{
    private static readonly RunnerLimits s_limits = new(32);

    private readonly InputWindow _window = new(s_limits);

    [Fact]
    public void While_results_can_be_written_a_few_inputs_for_each_worker_are_enough()
    {
        var state = new WindowState(Open: 255, Pending: 200, Written: 100_000, WaitingBytes: 0, HasOutput: true);

        Assert.True(_window.HasCapacity(state, mayModify: false));
        Assert.False(_window.HasCapacity(state with { Open = 256 }, mayModify: false));
        Assert.False(_window.HasCapacity(state with { Open = 256, Pending = 0 }, mayModify: false));
    }

    [Fact]
    public void Behind_a_slow_response_thousands_of_reads_go_on_so_that_workers_are_not_idle()
    {
        var state = new WindowState(Open: 8191, Pending: 10, Written: 0, WaitingBytes: 0, HasOutput: false);

        Assert.True(_window.HasCapacity(state, mayModify: false));
        Assert.False(_window.HasCapacity(state with { Open = 8192 }, mayModify: false));
    }

    [Fact]
    public void Behind_a_slow_response_inputs_are_read_only_as_workers_need_them()
    {
        var state = new WindowState(Open: 1000, Pending: 64, Written: 0, WaitingBytes: 0, HasOutput: false);

        Assert.False(_window.HasCapacity(state, mayModify: false));
        Assert.False(_window.HasCapacityAgain(state with { Pending = 33 }, mayModify: false));
        Assert.True(_window.HasCapacityAgain(state with { Pending = 32 }, mayModify: false));
    }

    [Fact]
    public void Behind_a_slow_response_the_bytes_that_wait_are_bounded()
    {
        var state = new WindowState(Open: 300, Pending: 0, Written: 0, WaitingBytes: s_limits.WaitingBytes, HasOutput: false);

        Assert.False(_window.HasCapacity(state, mayModify: false));
    }

    [Theory]
    [InlineData(0, 256)]
    [InlineData(10, 256)]
    [InlineData(1000, 4000)]
    [InlineData(1_000_000, 8192)]
    public void Inputs_that_may_change_something_get_ahead_only_in_proportion_to_the_results_that_were_written(int written, int most)
    {
        var state = new WindowState(Open: most - 1, Pending: 0, Written: written, WaitingBytes: 0, HasOutput: false);

        Assert.True(_window.HasCapacity(state, mayModify: true));
        Assert.False(_window.HasCapacity(state with { Open = most }, mayModify: true));
    }

    [Fact]
    public void Unordered_results_wait_for_nothing_and_need_no_long_window()
    {
        var window = new InputWindow(s_limits with { InOrder = false });

        Assert.False(window.HasCapacity(new WindowState(Open: 256, Pending: 0, Written: 0, WaitingBytes: 0, HasOutput: false), mayModify: false));
    }
}
