using BearerTools.Composition;
using BearerTools.Profiles;
using BearerTools.Storage;
using BearerTools.Storage.Files;
using BearerTools.Storage.Keys;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Composition;

public sealed class TokenStoresTests : IDisposable
{
    private readonly TestFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void In_memory_a_source_stays_as_it_is_and_nothing_is_written()
    {
        var services = NewServices();
        var source = new ScriptedSource(TimeProvider.System);

        Assert.Null(services.Stores.Find(StoreKind.Memory));
        Assert.Same(source, services.Stores.Storing(source, StoreKind.Memory));
        Assert.Empty(_root.Names);
    }

    [Fact]
    public async Task The_connection_of_a_profile_with_a_store_uses_the_token_of_an_earlier_session()
    {
        var first = Connection.Of(NewServices(), Profile(StoreKind.File));
        var token = await first.Tokens.GetAsync(TokenRequestContext.Default, default);

        var second = Connection.Of(NewServices(), Profile(StoreKind.File));

        Assert.Equal(token.Value.Reveal(), (await second.Tokens.GetAsync(TokenRequestContext.Default, default)).Value.Reveal());
    }

    [Fact]
    public void A_connection_with_a_store_and_one_without_share_no_cache_entry()
    {
        var services = NewServices();

        Assert.NotSame(Connection.Of(services, Profile(StoreKind.File)).Tokens, Connection.Of(services, Profile(StoreKind.Memory)).Tokens);
        Assert.Same(Connection.Of(services, Profile(StoreKind.File)).Tokens, Connection.Of(services, Profile(StoreKind.File)).Tokens);
    }

    [Fact]
    public void A_source_that_is_stored_already_can_be_stored_elsewhere()
    {
        var services = NewServices();
        var source = new ScriptedSource(TimeProvider.System);

        var stored = services.Stores.Storing(services.Stores.Storing(source, StoreKind.File), StoreKind.Pass);

        Assert.Same(source, Assert.IsType<StoredSource>(stored).Source);
    }

    [Fact]
    public async Task A_store_that_is_checked_has_a_key_and_one_whose_key_is_missing_is_an_error()
    {
        await NewServices().Stores.CheckAsync(StoreKind.File, default);
        Assert.True(File.Exists(_root.At("file/key")));

        if (!OperatingSystem.IsLinux()) return;
        var broken = new BearerServices(loadKeyring: () => new Locked(), storeFolder: Folder);
        var error = await Assert.ThrowsAsync<BearerTokenException>(() => broken.Stores.CheckAsync(StoreKind.Keyring, default));

        Assert.Equal("StoreKeyringLocked", error.ErrorId);
    }

    [Fact]
    public async Task A_login_is_not_requested_if_its_token_could_not_be_stored_for_lack_of_a_key()
    {
        if (!OperatingSystem.IsLinux()) return;
        var services = new BearerServices(loadKeyring: () => new Locked(), storeFolder: Folder);
        var login = new LoginStub(TimeProvider.System);
        var entry = services.Cache.Entry(services.Stores.Storing(login, StoreKind.Keyring));

        var error = await Assert.ThrowsAsync<BearerTokenException>(
            () => entry.GetAsync(new TokenRequestContext { UserPrompt = new TestUserPrompt() }, default).AsTask());

        Assert.Equal("StoreKeyringLocked", error.ErrorId);
        Assert.Equal(0, login.SignIns);
    }

    private static ConnectionProfile Profile(StoreKind store) =>
        new() { Name = "contoso", Source = new ScriptedSource(TimeProvider.System), Store = store };

    private StoreFolder Folder(string name) => new(_root.At(name));

    private BearerServices NewServices() => new(storeFolder: Folder);

    /// <summary>A key ring that is locked.</summary>
    private sealed class Locked : IKeyProvider
    {
        public string Keeper => "the key ring";

        public Task<byte[]?> ReadAsync(CancellationToken cancel) =>
            Task.FromException<byte[]?>(StoreErrors.KeyUnavailable("StoreKeyringLocked", "The key ring is locked.", "Unlock it."));

        public Task WriteAsync(ReadOnlyMemory<byte> key, CancellationToken cancel) => ReadAsync(cancel);
    }
}
