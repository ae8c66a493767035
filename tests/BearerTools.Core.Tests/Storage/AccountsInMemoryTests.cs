using BearerTools.Storage;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Storage;

public sealed class AccountsInMemoryTests : IDisposable
{
    private readonly AccountsInMemory _store = new();

    [Fact]
    public async Task What_was_saved_is_there_until_all_is_forgotten()
    {
        using (await _store.EnterAsync(default)) _store.Save([1, 2], _store.Clearings);

        Assert.Equal([1, 2], _store.Load());
        _store.Clear();
        Assert.Null(_store.Load());
    }

    [Fact]
    public void What_began_before_all_was_forgotten_saves_nothing()
    {
        var began = _store.Clearings;
        _store.Clear();

        _store.Save([1], began);

        Assert.Null(_store.Load());
    }

    [Fact]
    public async Task One_caller_enters_at_a_time_and_a_cancelled_one_leaves_the_queue()
    {
        using var stop = new CancellationTokenSource();
        var first = await _store.EnterAsync(default);
        var second = _store.EnterAsync(default).AsTask();
        var third = _store.EnterAsync(stop.Token).AsTask();

        Assert.False(second.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third.Soon());
        first.Dispose();
        (await second.Soon()).Dispose();
    }

    public void Dispose() => _store.Dispose();
}
