using System.Runtime.Versioning;
using System.Security.Cryptography;
using BearerTools.Storage.Files;
using BearerTools.Storage.Keys;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Storage;

public sealed class KeyFileTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(StoreKey.Length);

    private KeyFile File => new(_folder.At("key"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_key_is_read_back_from_a_file_for_the_user_alone()
    {
        Assert.Null(await File.ReadAsync(CancellationToken.None));
        await File.WriteAsync(_key, CancellationToken.None);

        Assert.Equal(_key, await File.ReadAsync(CancellationToken.None));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(_folder.At("key")).UnixFileMode);
        Assert.Equal(["key"], _folder.Names);
    }

    [UnixTheory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [UnsupportedOSPlatform("windows")]
    public async Task A_key_file_that_others_can_use_is_refused(UnixFileMode more)
    {
        await File.WriteAsync(_key, CancellationToken.None);
        _ = new FileInfo(_folder.At("key")) { UnixFileMode = UnixFileMode.UserRead | more };

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => File.ReadAsync(CancellationToken.None));

        Assert.Equal(("StoreNotSafe", BearerErrorKind.Security), (error.ErrorId, error.Kind));
        Assert.DoesNotContain(Convert.ToBase64String(_key), error.ToString(), StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_key_file_that_is_a_link_is_refused()
    {
        _folder.Write("other", "x"u8);
        System.IO.File.CreateSymbolicLink(_folder.At("key"), _folder.At("other"));

        Assert.Equal("StoreNotSafe", (await Assert.ThrowsAsync<BearerTokenException>(() => File.ReadAsync(CancellationToken.None))).ErrorId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    [InlineData("c2hvcnQ=")]
    public async Task A_file_without_a_key_is_an_error_and_is_not_replaced(string content)
    {
        await File.WriteAsync(_key, CancellationToken.None);
        await System.IO.File.WriteAllTextAsync(_folder.At("key"), content);

        Assert.Equal("StoreKeyUnusable", (await Assert.ThrowsAsync<BearerTokenException>(() => File.ReadAsync(CancellationToken.None))).ErrorId);
        Assert.Equal(content, await System.IO.File.ReadAllTextAsync(_folder.At("key")));
    }

    [Fact]
    public async Task Sessions_that_create_the_key_at_once_use_the_same_one()
    {
        var folder = new StoreFolder(_folder.At("store"));
        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => new StoreKeys(new KeyFile(folder.At("key")), folder, TimeProvider.System).FindOrCreateAsync(CancellationToken.None).AsTask())));

        Assert.Single(keys.Select(key => Convert.ToHexString(key.Id)).Distinct());
    }

    [Fact]
    public async Task A_keeper_that_does_not_keep_the_key_is_an_error_before_anything_is_encrypted()
    {
        var folder = new StoreFolder(_folder.At("store"));
        var keys = new StoreKeys(new Forgetful(), folder, TimeProvider.System);

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => keys.FindOrCreateAsync(CancellationToken.None).AsTask());

        Assert.Equal("StoreKeyUnusable", error.ErrorId);
    }

    private sealed class Forgetful : IKeyProvider
    {
        public string Keeper => "a keeper";

        public Task<byte[]?> ReadAsync(CancellationToken cancel) => Task.FromResult<byte[]?>(null);

        public Task WriteAsync(ReadOnlyMemory<byte> key, CancellationToken cancel) => Task.CompletedTask;
    }
}
