using System.Security.Cryptography;
using BearerTools.Diagnostics;
using BearerTools.Storage.Keys;

namespace BearerTools.Storage.Files;

/// <summary>The encrypted files of a store, one for each identity. A file is written only under the lock of its identity.</summary>
internal sealed class SealedFiles(StoreFolder folder, StoreKeys keys)
{
    public StoreFolder Folder => folder;

    public StoreKeys Keys => keys;

    /// <summary>Reads a file. If it cannot be opened, the content is <see langword="null"/> and the fault says why.</summary>
    /// <exception cref="BearerTokenException">The file or the key cannot be read.</exception>
    public async Task<(byte[]? Content, SealedFileFault Fault)> ReadAsync(string identity, CancellationToken cancel)
    {
        // First the file: without one, no key ring needs to be asked.
        if (ReadFile(identity) is not { } file) return default;
        if (await keys.FindAsync(cancel).ConfigureAwait(false) is not { } key) return (null, SealedFileFault.OtherKey);
        var fault = SealedFile.Open(key, identity, file, out var content);
        if (fault == SealedFileFault.OtherKey && await keys.FindAgainAsync(cancel).ConfigureAwait(false) is { } newer && newer != key)
        {
            // The file may be as new as the key.
            if (ReadFile(identity) is not { } again) return default;
            fault = SealedFile.Open(newer, identity, again, out content);
        }

        return fault == SealedFileFault.None ? (content, fault) : (null, fault);
    }

    /// <summary>Writes a file, and clears the content that it was written from.</summary>
    /// <exception cref="BearerTokenException">It could not be written; the old file is unchanged.</exception>
    public async Task WriteAsync(string identity, byte[] content)
    {
        try
        {
            folder.Prepare();
            var key = await keys.FindOrCreateAsync(CancellationToken.None).ConfigureAwait(false);
            DurableFile.Write(folder.ContentOf(identity), SealedFile.Seal(key, identity, content));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NotWritten(folder.ContentOf(identity), e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Deletes a file. Returns false if there is none.</summary>
    /// <exception cref="BearerTokenException">It could not be deleted.</exception>
    public bool Delete(string identity)
    {
        var path = folder.ContentOf(identity);
        try
        {
            if (!File.Exists(path)) return false;
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NotWritten(path, e);
        }
    }

    /// <summary>Renames a file that cannot be used, so that its name says why. An older one with that name is replaced.</summary>
    public void SetAside(string identity, SealedFileFault fault, IEventSink events)
    {
        var path = folder.ContentOf(identity);
        var (suffix, reason) = Describe(fault);
        try
        {
            DurableFile.Rename(path, path + suffix);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NotWritten(path, e);
        }

        if (events.IsEnabled(EventLevel.Warning)) events.Write(new StoredFileSetAside(path + suffix, reason));
    }

    /// <summary>Deletes all files that were set aside.</summary>
    public void DeleteSetAside() => folder.DeleteSetAside(
        Enum.GetValues<SealedFileFault>().Where(fault => fault != SealedFileFault.None).Select(fault => Describe(fault).Suffix).Distinct());

    private static (string Suffix, string Reason) Describe(SealedFileFault fault) => fault switch
    {
        SealedFileFault.Foreign => (".foreign", "it is not a file of this store"),
        SealedFileFault.Truncated => (".truncated", "it is empty, or its end is missing"),
        SealedFileFault.NewerVersion => (".newer-version", "a newer version of BearerTools wrote it"),
        SealedFileFault.OtherKey => (".other-key", "it is encrypted with a key that this store no longer has"),
        _ => (".damaged", "it was damaged or changed"),
    };

    private byte[]? ReadFile(string identity)
    {
        var path = folder.ContentOf(identity);
        try
        {
            return DurableFile.TryRead(path, SealedFile.Longest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NotRead(path, e);
        }
    }
}
