using System.Security.Cryptography;
using BearerTools.Diagnostics;
using BearerTools.Storage;
using BearerTools.Storage.Files;

namespace BearerTools.Redis;

/// <summary>Stores tokens in the server, for the workers on all machines that have the key.</summary>
/// <param name="name">Identifies the store within this process.</param>
/// <param name="entries">The entries.</param>
/// <param name="time">The clock.</param>
internal sealed class RedisTokenStore(string name, RedisEntries entries, TimeProvider time) : ITokenStore
{
    public string Name => name;

    public async ValueTask PrepareAsync(IEventSink events, CancellationToken cancel)
    {
        await entries.Link.PrepareAsync(events, cancel).ConfigureAwait(false);
        await entries.Key.PrepareAsync(events, cancel).ConfigureAwait(false);
    }

    public async Task<StoredToken?> ReadAsync(string identity, CancellationToken cancel)
    {
        var (content, fence, _) = await entries.ReadAsync(identity, cancel).ConfigureAwait(false);
        return content is null ? null : Decode(content, fence);
    }

    public async Task<ITokenSlot> LockAsync(string identity, IEventSink events, CancellationToken cancel) =>
        (await LockUnlessChangedAsync(identity, null, events, cancel).ConfigureAwait(false))!;

    public async Task<ITokenSlot> LockToDeleteAsync(string identity, IEventSink events, CancellationToken cancel)
    {
        await entries.Link.PrepareAsync(events, cancel).ConfigureAwait(false);
        var lease = await entries.LeaseAsync(identity, null, events, cancel, isForDeletion: true).ConfigureAwait(false);
        return new Slot(entries, identity, lease!, events, time);
    }

    public async Task<ITokenSlot?> LockUnlessChangedAsync(
        string identity, string? revision, IEventSink events, CancellationToken cancel)
    {
        await PrepareAsync(events, cancel).ConfigureAwait(false);
        // Before anything is requested that could then not be stored.
        entries.Key.Get();
        var lease = await entries.LeaseAsync(identity, revision, events, cancel).ConfigureAwait(false);
        return lease is null ? null : new Slot(entries, identity, lease, events, time);
    }

    public async Task<IReadOnlyList<StoredEntry>> ListAsync(CancellationToken cancel)
    {
        List<StoredEntry> found = [];
        foreach (var identity in await entries.IdentitiesAsync(cancel).ConfigureAwait(false))
        {
            if (await ReadAsync(identity, cancel).ConfigureAwait(false) is { } token) found.Add(new StoredEntry(identity, token));
        }

        return found;
    }

    /// <summary>The fencing number is the revision, so that a waiting process knows a changed entry without reading it.</summary>
    private static StoredToken? Decode(byte[] content, string? fence)
    {
        var token = StoredTokenJson.Read(content);
        CryptographicOperations.ZeroMemory(content);
        return token is null ? null : token with { Revision = fence ?? string.Empty };
    }

    private sealed class Slot(RedisEntries entries, string identity, Lease lease, IEventSink events, TimeProvider time) : ITokenSlot
    {
        public async Task<StoredToken?> ReadAsync(CancellationToken cancel)
        {
            var (content, fence, fault) = await entries.ReadAsync(identity, cancel).ConfigureAwait(false);
            if (content is not null)
            {
                if (Decode(content, fence) is { } token) return token;
                fault = SealedFileFault.Corrupt;
            }

            switch (fault)
            {
                case SealedFileFault.None:
                    return null;
                case SealedFileFault.NewerVersion:
                    throw RedisErrors.NewerVersion(entries.Link.Place);
                case SealedFileFault.OtherKey:
                    // A worker with a wrong key must not replace the login of all others.
                    throw RedisErrors.OtherKey();
                default:
                    if (events.IsEnabled(EventLevel.Warning)) events.Write(new StoredEntryIgnored("it was damaged or changed"));
                    return null;
            }
        }

        public async Task<StoredToken> WriteAsync(StoredToken token)
        {
            var written = token with { StoredOn = time.GetUtcNow(), Revision = lease.Fence };
            await entries.WriteAsync(
                identity, lease, StoredTokenJson.Write(written), EntryLife.Of(written, written.StoredOn)).ConfigureAwait(false);
            return written;
        }

        public ValueTask<bool> ConfirmAsync() => lease.ConfirmAsync();

        public Task<bool> DeleteAsync() => entries.DeleteAsync(identity, lease);

        public ValueTask DisposeAsync() => lease.DisposeAsync();
    }
}
