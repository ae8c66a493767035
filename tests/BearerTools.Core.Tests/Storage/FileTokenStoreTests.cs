using System.Runtime.Versioning;
using System.Text;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.Storage.Files;
using BearerTools.Storage.Keys;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Storage;

public sealed class FileTokenStoreTests : IDisposable
{
    private const string Identity = "0123ABCD";

    private readonly TestFolder _root = new();
    private readonly StoreFolder _folder;
    private readonly FileTokenStore _store;
    private readonly EventLog _log = new();

    public FileTokenStoreTests()
    {
        _folder = new StoreFolder(_root.At("store"));
        _store = NewStore();
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Another_store_object_reads_everything_that_was_written()
    {
        var json = ServerJson.Parse("""{"instance_url":"https://a.contoso.com","nested":{"n":1.5,"flag":true,"list":[1,"two",null]}}""");
        var token = NewToken() with
        {
            TokenType = "mac",
            IssuedOn = DateTimeOffset.UtcNow,
            ExpiresOn = DateTimeOffset.UtcNow.AddHours(1),
            RefreshToken = new Secret(TestTokens.Text()),
            AccountId = "id.tenant",
            Account = "ops@contoso.com",
            Scopes = ["read", "write"],
            GrantedScopes = ["read"],
            Authority = "https://id.contoso.com",
            ClientId = "ops",
            Flow = "DeviceCode",
            IssuedTokenType = "urn:ietf:params:oauth:token-type:access_token",
            Additional = AdditionalMembers.Read(json, _ => false, _ => false),
            ProofKey = [1, 2, 3],
        };

        var written = await WriteAsync(token);
        var read = await NewStore().ReadAsync(Identity, CancellationToken.None);

        Assert.NotNull(read);
        Assert.Equal(token.AccessToken.Reveal(), read.AccessToken.Reveal());
        Assert.Equal(token.RefreshToken.Reveal(), read.RefreshToken?.Reveal());
        Assert.Equal("https://a.contoso.com", read.Additional.Values["instance_url"]);
        Assert.Equal(Describe(token.Additional.Values), Describe(read.Additional.Values));
        Assert.Equal(token.ProofKey, read.ProofKey);
        Assert.Equal([token.Scopes, token.GrantedScopes], new[] { read.Scopes, read.GrantedScopes });
        Assert.Equal(
            (token.TokenType, token.IssuedOn, token.ExpiresOn, token.AccountId, token.Account, token.Authority, token.ClientId, token.Flow, token.IssuedTokenType, written.Revision),
            (read.TokenType, read.IssuedOn, read.ExpiresOn, read.AccountId, read.Account, read.Authority, read.ClientId, read.Flow, read.IssuedTokenType, read.Revision));
    }

    [Fact]
    public async Task No_file_contains_a_secret_in_any_encoding()
    {
        var token = NewToken() with { RefreshToken = new Secret(TestTokens.TokenText()) };
        await WriteAsync(token);

        var files = Directory.GetFiles(_folder.Path);

        Assert.True(files.Length >= 3, string.Join(", ", files));
        foreach (var content in files.Select(File.ReadAllBytes))
        {
            foreach (var secret in new[] { token.AccessToken.Reveal(), token.RefreshToken.Reveal() })
            {
                foreach (var encoding in new[] { Encoding.UTF8, Encoding.Unicode }) Assert.Equal(-1, content.AsSpan().IndexOf(encoding.GetBytes(secret)));
                Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), Encoding.Latin1.GetString(content), StringComparison.Ordinal);
            }
        }
    }

    [UnixFact]
    public async Task Files_and_folder_belong_to_the_user_alone()
    {
        await WriteAsync(NewToken());

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(_folder.Path).UnixFileMode);
        Assert.All(Directory.GetFiles(_folder.Path), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode));
    }

    [Fact]
    public async Task An_entry_is_replaced_with_a_new_revision_and_nothing_is_left_over()
    {
        var first = await WriteAsync(NewToken());
        var second = await WriteAsync(NewToken());

        Assert.NotEqual(first.Revision, second.Revision);
        Assert.Equal(second.Revision, (await _store.ReadAsync(Identity, CancellationToken.None))?.Revision);
        Assert.Equal(["0123abcd.lock", "0123abcd.token", "key", "key.lock"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_deleted_entry_is_gone_and_others_stay()
    {
        await WriteAsync(NewToken());
        await WriteAsync(NewToken(), "OTHER");

        await using (var slot = await _store.LockAsync(Identity, _log, CancellationToken.None))
        {
            Assert.True(await slot.DeleteAsync());
            Assert.False(await slot.DeleteAsync());
        }

        Assert.Null(await _store.ReadAsync(Identity, CancellationToken.None));
        Assert.Equal("OTHER", Assert.Single(await _store.ListAsync(CancellationToken.None)).Identity);
    }

    [Fact]
    public async Task A_store_without_folder_is_empty_and_reading_creates_nothing()
    {
        Assert.Null(await _store.ReadAsync(Identity, CancellationToken.None));
        Assert.Empty(await _store.ListAsync(CancellationToken.None));
        Assert.Empty(_root.Names);
    }

    [Fact]
    public async Task What_a_killed_writer_left_is_removed_by_the_next_one()
    {
        await WriteAsync(NewToken());
        File.WriteAllText(_folder.ContentOf(Identity) + ".4711-ABCD0123.tmp", "half");
        File.WriteAllText(_folder.ContentOf("OTHER") + ".4711-ABCD0123.tmp", "of another identity, whose lock is not held");

        await WriteAsync(NewToken());

        Assert.Equal("other.token.4711-ABCD0123.tmp", Assert.Single(Directory.GetFiles(_folder.Path, "*.tmp").Select(Path.GetFileName)));
    }

    [Fact]
    public void A_file_at_the_place_of_the_folder_or_of_one_above_it_is_named()
    {
        var file = _root.Write("file", "x"u8);

        foreach (var folder in new[] { file, Path.Join(file, "BearerTools", "file") })
        {
            var error = Assert.Throws<BearerTokenException>(() => new StoreFolder(folder).Prepare());
            Assert.Equal("StoreNotWritable", error.ErrorId);
            Assert.Contains($"'{file}' is a file, not a folder", error.Message, StringComparison.Ordinal);
            Assert.Throws<BearerTokenException>(() => new StoreFolder(folder).Identities());
        }
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("foreign")]
    [InlineData("newer-version")]
    [InlineData("other-key")]
    [InlineData("truncated")]
    public async Task A_file_that_cannot_be_used_is_set_aside_and_reported_once(string fault)
    {
        await WriteAsync(NewToken());
        var path = _folder.ContentOf(Identity);
        var content = File.ReadAllBytes(path);
        if (fault == "damaged") content[^1] ^= 1;
        if (fault == "newer-version") content[9] = 9;
        if (fault == "other-key") content = SealedFile.Seal(StoreKey.Create(), Identity, "{}"u8);
        if (fault is "foreign") content = "something else"u8.ToArray();
        if (fault is "truncated") content = [];
        File.WriteAllBytes(path, content);

        Assert.Null(await _store.ReadAsync(Identity, CancellationToken.None));
        Assert.Empty(_log.Events);
        await using (var slot = await _store.LockAsync(Identity, _log, CancellationToken.None))
        {
            Assert.Null(await slot.ReadAsync(CancellationToken.None));
            Assert.Null(await slot.ReadAsync(CancellationToken.None));
        }

        var aside = Assert.Single(_log.Of<StoredFileSetAside>());
        Assert.Equal(path + ("." + fault), aside.Path);
        Assert.Equal(content, File.ReadAllBytes(aside.Path));
        Assert.Equal(EventLevel.Warning, aside.Level);
        await WriteAsync(NewToken());
        Assert.NotNull(await _store.ReadAsync(Identity, CancellationToken.None));

        await _store.DeleteAllAsync(CancellationToken.None);
        Assert.False(File.Exists(path));
        Assert.False(File.Exists(aside.Path));
    }

    [Fact]
    public async Task A_file_that_was_renamed_to_another_identity_is_not_used()
    {
        await WriteAsync(NewToken());
        File.Move(_folder.ContentOf(Identity), _folder.ContentOf("OTHER"));

        Assert.Null(await _store.ReadAsync("OTHER", CancellationToken.None));
    }

    [UnixFact]
    public async Task A_folder_that_is_a_link_is_refused()
    {
        Directory.CreateDirectory(_root.At("elsewhere"));
        Directory.CreateSymbolicLink(_folder.Path, _root.At("elsewhere"));

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => WriteAsync(NewToken()));

        Assert.Equal(("StoreNotSafe", BearerErrorKind.Security), (error.ErrorId, error.Kind));
        Assert.Empty(Directory.GetFileSystemEntries(_root.At("elsewhere")));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_that_others_can_read_is_refused_with_the_command_that_closes_it()
    {
        Directory.CreateDirectory(_folder.Path).UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead;

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => WriteAsync(NewToken()));

        Assert.Equal("StoreNotSafe", error.ErrorId);
        Assert.Contains($"chmod 700 '{_folder.Path}'", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_sees_only_complete_entries_while_another_writes()
    {
        await WriteAsync(NewToken());
        var reads = 0;
        using var end = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            for (; !end.IsCancellationRequested; Interlocked.Increment(ref reads))
            {
                Assert.NotNull(await _store.ReadAsync(Identity, CancellationToken.None));
                await Task.Yield();
            }
        });

        for (var writes = 0; writes < 50 || Volatile.Read(ref reads) < 50; writes++) await WriteAsync(NewToken());
        await end.CancelAsync();

        await reading.Soon();
    }

    private static StoredToken NewToken() => new() { AccessToken = new Secret(TestTokens.TokenText()) };

    private static string Describe(object? value) => value switch
    {
        IReadOnlyDictionary<string, object?> members => string.Join(';', members.Select(member => $"{member.Key}={Describe(member.Value)}")),
        object?[] items => string.Join(',', items.Select(Describe)),
        _ => $"{value?.GetType().Name}:{value}",
    };

    private FileTokenStore NewStore() =>
        new("File", new SealedFiles(_folder, new StoreKeys(new KeyFile(_folder.At("key")), _folder, TimeProvider.System)), TimeProvider.System);

    private async Task<StoredToken> WriteAsync(StoredToken token, string identity = Identity)
    {
        await using var slot = await _store.LockAsync(identity, _log, CancellationToken.None);
        return await slot.WriteAsync(token);
    }
}
