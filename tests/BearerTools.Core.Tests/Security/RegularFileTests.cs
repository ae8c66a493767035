using System.Diagnostics;
using System.Net.Sockets;
using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Profiles.Repository;
using BearerTools.Profiles.Saved;
using BearerTools.Security;
using BearerTools.Storage.Files;
using BearerTools.Storage.Keys;
using BearerTools.Storage.Locking;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Security;

/// <summary>What is not a file where a file is needed: opening it could wait for ever.</summary>
public sealed class RegularFileTests : IDisposable
{
    private readonly TestFolder _root = new();
    private readonly StoreFolder _folder;
    private readonly List<Socket> _sockets = [];

    public RegularFileTests() => _folder = new StoreFolder(_root.At("store"));

    public static TheoryData<string, string> Kinds => new()
    {
        { "fifo", "a FIFO (named pipe)" },
        { "socket", "a socket" },
        { "device", "a device" },
        { "folder", "a folder" },
    };

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
        _root.Dispose();
    }

    [UnixTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_secret_is_refused_with_its_path(string what, string kind)
    {
        var path = Make(what, _root.At("secret"));

        var error = await RefusedAsync(() => Task.Run(() => SecretReference.Parse("file:" + path).Read()));

        Assert.Equal("SecretUnreadable", error.ErrorId);
        Assert.Contains($"'{path}' is {kind}", error.Message, StringComparison.Ordinal);
    }

    [UnixTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_key_is_refused_with_its_path(string what, string kind)
    {
        var path = Make(what, _root.At("key.pem"));

        var error = await RefusedAsync(() => Task.Run(() => new ReferencedContent("file:" + path).Read()));

        Assert.Contains($"'{path}' is {kind}", error.Message, StringComparison.Ordinal);
    }

    [UnixTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_token_the_key_of_a_store_and_a_lock_are_refused_with_their_path(string what, string kind)
    {
        _folder.Prepare();
        var key = new KeyFile(_folder.At("key"));
        await key.WriteAsync(StoreKey.Create().Bytes.ToArray(), default);
        var store = new FileTokenStore("File", new SealedFiles(_folder, new StoreKeys(key, _folder, TimeProvider.System)), TimeProvider.System);

        var token = Make(what, _folder.ContentOf("AA"));
        Assert.Contains($"'{token}' is {kind}", (await RefusedAsync(() => store.ReadAsync("AA", default))).Message, StringComparison.Ordinal);

        var held = Make(what, _folder.LockOf("BB"));
        Assert.Contains($"'{held}' is {kind}", (await RefusedAsync(() => store.LockAsync("BB", EventSink.None, default))).Message, StringComparison.Ordinal);
        Assert.Null(FileLock.HolderOf(held));

        // A link is refused before that.
        if (what == "device") return;
        var other = Make(what, _folder.At("other-key"));
        Assert.Contains($"'{other}' is {kind}", (await RefusedAsync(() => new KeyFile(other).ReadAsync(default))).Message, StringComparison.Ordinal);
    }

    [UnixTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_of_profiles_its_lock_and_the_list_of_approved_files_are_refused_with_their_path(string what, string kind)
    {
        Directory.CreateDirectory(_root.At("config"));
        var locked = Make(what, Path.Join(_root.At("config"), "free.json.lock"));
        var error = await RefusedAsync(() => Task.Run(() => ProfileFiles.Replace(locked[..^".lock".Length], _ => [])));
        Assert.Contains($"'{locked}' is {kind}", error.Message, StringComparison.Ordinal);

        // A link is refused before that.
        if (what == "device") return;
        var profiles = Make(what, Path.Join(_root.At("config"), "profiles.json"));
        Assert.Contains($"'{profiles}' is {kind}", (await RefusedAsync(() => Task.Run(() => ProfileFiles.Read(profiles)))).Message, StringComparison.Ordinal);

        var list = Make(what, Path.Join(_root.At("config"), TrustedFiles.FileName));
        var file = new RepositoryFile(_root.At(RepositoryFile.Name), []);
        Assert.Contains($"'{list}' is {kind}", (await RefusedAsync(() => Task.Run(() => new TrustedFiles(list).StateOf(file)))).Message, StringComparison.Ordinal);
    }

    [UnixTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_recording_is_refused_with_its_path(string what, string kind)
    {
        var path = Make(what, _root.At("calls.json"));

        var error = await Assert.ThrowsAsync<BearerRequestException>(() => Task.Run(() => RecordingFiles.Read(path)).Soon());

        Assert.Contains($"'{path}' is {kind}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_read_to_its_end_up_to_a_limit()
    {
        var path = _root.Write("file", "content"u8);

        Assert.Equal("content"u8.ToArray(), RegularFile.ReadAllBytes(path, 7));
        Assert.Contains("longer than 6 bytes", Assert.Throws<IOException>(() => RegularFile.ReadAllBytes(path, 6)).Message, StringComparison.Ordinal);
        Assert.Empty(RegularFile.ReadAllBytes(_root.Write("empty", []), 6));
        // The kernel gives it a length of 0.
        if (OperatingSystem.IsLinux()) Assert.NotEmpty(RegularFile.ReadAllBytes("/proc/self/status", 100_000));
    }

    private static Task<BearerTokenException> RefusedAsync(Func<Task> action) => Assert.ThrowsAsync<BearerTokenException>(() => action().Soon());

    /// <summary>Makes something that is no file.</summary>
    private string Make(string what, string path)
    {
        switch (what)
        {
            case "fifo":
                using (var make = Process.Start("mkfifo", ["-m", "600", path])) make.WaitForExit();
                break;
            case "socket":
                // Its file is deleted with it.
                _sockets.Add(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
                _sockets[^1].Bind(new UnixDomainSocketEndPoint(path));
                break;
            case "device":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            default:
                Directory.CreateDirectory(path);
                break;
        }

        return path;
    }
}
