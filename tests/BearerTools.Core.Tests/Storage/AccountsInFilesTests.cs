using BearerTools.Composition;
using BearerTools.Storage.Files;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Storage;

public sealed class AccountsInFilesTests : IDisposable
{
    private readonly TestFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Another_session_loads_what_was_saved()
    {
        await SaveAsync(NewStore(), "content"u8.ToArray());

        var other = NewStore();
        using (await other.EnterAsync(default)) Assert.Equal("content"u8.ToArray(), other.Load());
        Assert.DoesNotContain("content", File.ReadAllText(_root.At("file/accounts.token")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_began_before_the_store_was_cleared_saves_nothing()
    {
        var store = NewStore();
        var clearings = store.Clearings;
        await SaveAsync(store, [1]);
        store.Clear();

        using (await store.EnterAsync(default)) store.Save([2], clearings);

        using (await store.EnterAsync(default)) Assert.Null(store.Load());
    }

    [Fact]
    public async Task One_session_enters_at_a_time()
    {
        var first = await NewStore().EnterAsync(default);
        var second = NewStore().EnterAsync(default).AsTask();
        await Task.Delay(50);
        Assert.False(second.IsCompleted);

        first.Dispose();

        (await second.Soon()).Dispose();
    }

    private static async Task SaveAsync(IAccountStore store, byte[] content)
    {
        using (await store.EnterAsync(default)) store.Save(content, store.Clearings);
    }

    private IAccountStore NewStore() => new BearerServices(storeFolder: name => new StoreFolder(_root.At(name))).Stores.Accounts(StoreKind.File);
}
