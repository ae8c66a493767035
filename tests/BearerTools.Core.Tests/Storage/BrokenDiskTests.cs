using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.Storage.Files;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Storage;

/// <summary>Disks that are full or read-only, and folders of other users: the stored login stays as it is.</summary>
public sealed class BrokenDiskTests
{
    private readonly EventLog _log = new();
    private readonly LoginStub _login = new(TimeProvider.System);

    private TokenRequestContext Context => new() { Events = _log };

    [SmallDisk.DiskFact]
    public async Task On_a_full_disk_the_old_file_stays_and_the_new_token_is_used_in_this_session()
    {
        using var disk = new SmallDisk();
        var entry = await SeedAsync(disk.Path);
        var before = ContentOf(disk.Path);
        disk.Fill();

        var token = await entry.GetAsync(Context, default);

        Assert.Contains("the disk is full", Assert.Single(_log.Of<TokenNotStored>()).Reason, StringComparison.Ordinal);
        Assert.Equal(before, ContentOf(disk.Path));
        Assert.Empty(Directory.GetFiles(Path.Combine(disk.Path, "file"), "*.tmp"));
        Assert.Same(token, await entry.GetAsync(Context, default));

        disk.Free();
        entry.Accepted(token);
        Assert.NotNull(await entry.ReplaceAsync(token, Context, default));
        Assert.NotEqual(before, ContentOf(disk.Path));
        // Each refresh token was sent once.
        Assert.Equal(_login.Sent.Count, _login.Sent.Distinct().Count());
    }

    [SmallDisk.DiskFact]
    public async Task A_disk_that_becomes_read_only_costs_no_login()
    {
        using var disk = new SmallDisk();
        var entry = await SeedAsync(disk.Path);
        var before = ContentOf(disk.Path);
        disk.MakeReadOnly();

        var token = await entry.GetAsync(Context, default);

        Assert.Single(_log.Of<TokenNotStored>());
        Assert.Equal(before, ContentOf(disk.Path));
        disk.MakeWritable();
        entry.Accepted(token);
        Assert.NotNull(await entry.ReplaceAsync(token, Context, default));
        Assert.NotEqual(before, ContentOf(disk.Path));
    }

    [SmallDisk.DiskFact]
    public async Task Accounts_that_a_full_disk_cannot_take_last_for_the_session_and_the_file_is_unchanged()
    {
        using var disk = new SmallDisk();
        var accounts = Services(disk.Path).Stores.Accounts(StoreKind.File);
        await SaveAsync(accounts, [1]);
        var before = ContentOf(disk.Path);
        disk.Fill();

        await SaveAsync(accounts, [2]);

        Assert.Equal(new byte[] { 2 }, await LoadAsync(accounts));
        Assert.Equal(before, ContentOf(disk.Path));

        disk.Free();
        await SaveAsync(Services(disk.Path).Stores.Accounts(StoreKind.File), [3]);
        // Another process has written since: its accounts are newer.
        Assert.Equal(new byte[] { 3 }, await LoadAsync(accounts));
    }

    [SmallDisk.DiskFact]
    public async Task Accounts_of_a_read_only_disk_are_used_and_new_ones_last_for_the_session()
    {
        using var disk = new SmallDisk();
        var accounts = Services(disk.Path).Stores.Accounts(StoreKind.File);
        await SaveAsync(accounts, [1]);
        var before = ContentOf(disk.Path);
        disk.MakeReadOnly();

        Assert.Equal(new byte[] { 1 }, await LoadAsync(accounts));
        await SaveAsync(accounts, [2]);
        Assert.Equal(new byte[] { 2 }, await LoadAsync(accounts));

        disk.MakeWritable();
        Assert.Equal(before, ContentOf(disk.Path));
        Assert.Equal(new byte[] { 2 }, await LoadAsync(accounts));
        await SaveAsync(accounts, [4]);
        Assert.Equal(new byte[] { 4 }, await LoadAsync(Services(disk.Path).Stores.Accounts(StoreKind.File)));
    }

    [SmallDisk.DiskFact]
    public async Task A_new_store_on_a_full_disk_is_an_error_within_two_seconds()
    {
        using var disk = new SmallDisk();
        disk.Fill();
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => Services(disk.Path).Stores.CheckAsync(StoreKind.File, default));

        Assert.Equal(("StoreFull", BearerErrorKind.File), (error.ErrorId, error.Kind));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2));
    }

    [SmallDisk.DiskFact]
    public async Task A_folder_of_another_user_is_refused()
    {
        using var disk = new SmallDisk();
        await SeedAsync(disk.Path);
        var before = ContentOf(disk.Path);
        using (var chown = System.Diagnostics.Process.Start("chown", ["12345", Path.Combine(disk.Path, "file")])) await chown.WaitForExitAsync();

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => Services(disk.Path).Stores.CheckAsync(StoreKind.File, default));

        Assert.Equal(("StoreNotSafe", BearerErrorKind.Security), (error.ErrorId, error.Kind));
        Assert.Contains("belongs to another user", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, ContentOf(disk.Path));
    }

    private static BearerServices Services(string root) => new(storeFolder: name => new StoreFolder(Path.Combine(root, name)));

    private static async Task SaveAsync(IAccountStore accounts, byte[] content)
    {
        using (await accounts.EnterAsync(default)) accounts.Save(content, accounts.Clearings);
    }

    private static async Task<byte[]?> LoadAsync(IAccountStore accounts)
    {
        using (await accounts.EnterAsync(default)) return accounts.Load();
    }

    private static byte[] ContentOf(string root) => File.ReadAllBytes(Assert.Single(Directory.GetFiles(Path.Combine(root, "file"), "*.token")));

    /// <summary>A cache entry of another session, for a stored login whose access token has expired.</summary>
    private async Task<TokenEntry> SeedAsync(string root)
    {
        var store = Services(root).Stores.Find(StoreKind.File)!;
        await using (var slot = await store.LockAsync(_login.Key.Identity, _log, default))
        {
            await slot.WriteAsync(new StoredToken
            {
                AccessToken = new Secret(TestTokens.TokenText()),
                ExpiresOn = DateTimeOffset.UtcNow.AddHours(-1),
                RefreshToken = new Secret(TestTokens.TokenText()),
            });
        }

        var services = Services(root);
        return services.Cache.Entry(services.Stores.Storing(_login, StoreKind.File));
    }
}
