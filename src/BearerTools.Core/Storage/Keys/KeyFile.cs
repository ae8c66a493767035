using System.Security.Cryptography;
using System.Text;
using BearerTools.Security;
using BearerTools.Storage.Files;

namespace BearerTools.Storage.Keys;

/// <summary>
/// The key in a file beside the store that only its owner can read. It protects copies of the store, such as backups that leave the key
/// out, but not from someone who can read all files of the user. Chosen explicitly, never a fallback.
/// </summary>
/// <param name="path">Absolute path.</param>
internal sealed class KeyFile(string path) : IKeyProvider
{
    private const int Longest = 1024;
    private const UnixFileMode Others = (UnixFileMode)0b111_111;

    public string Keeper => $"the key file {path}";

    public Task<byte[]?> ReadAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is null && !Path.Exists(path)) return Task.FromResult<byte[]?>(null);
            Check(file);
            return Task.FromResult(DurableFile.TryRead(path, Longest) is { } content ? Decode(content) : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NotRead(path, e);
        }
    }

    public Task WriteAsync(ReadOnlyMemory<byte> key, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            DurableFile.Write(path, Encoding.ASCII.GetBytes(Convert.ToBase64String(key.Span) + "\n"));
            return Task.CompletedTask;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NotWritten(path, e);
        }
    }

    private void Check(FileInfo file)
    {
        if (file.LinkTarget is not null) throw StoreErrors.Unsafe(path, "is a link", "Replace the link by the file itself.");
        RegularFile.Check(path);
        if (OperatingSystem.IsWindows()) return;
        if ((file.UnixFileMode & Others) != 0)
        {
            throw StoreErrors.Unsafe(path, "can be read by other users",
                "They may have read the key: delete the file and sign in again. "
                    + $"If you are sure that they have not: chmod 600 {ShellText.Quote(path)}");
        }

        if (!UnixFile.IsOwn(path))
            throw StoreErrors.Unsafe(path, "belongs to another user", $"Change its owner: chown \"$(id -u)\" {ShellText.Quote(path)}");
    }

    private byte[] Decode(byte[] content)
    {
        var text = Encoding.ASCII.GetString(content).Trim();
        CryptographicOperations.ZeroMemory(content);
        var key = new byte[Longest];
        return Convert.TryFromBase64String(text, key, out var length) && length == StoreKey.Length
            ? key[..length]
            : throw StoreErrors.KeyUnusable(Keeper, "does not contain a key", "Restore it from a backup, or delete it and sign in again.");
    }
}
