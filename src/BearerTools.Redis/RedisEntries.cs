using System.Globalization;
using System.Security.Cryptography;
using BearerTools.Diagnostics;
using BearerTools.Storage;
using BearerTools.Storage.Files;
using BearerTools.Storage.Locking;
using StackExchange.Redis;

namespace BearerTools.Redis;

/// <summary>The encrypted entries in the server. An entry is written only under its lease.</summary>
/// <param name="link">The server.</param>
/// <param name="key">The key that encrypts them.</param>
/// <param name="time">The clock.</param>
/// <param name="leaseLife">How long a lease lasts without a renewal (default: 30 s, longer than most failovers).</param>
/// <param name="lockTimeout">How long to wait for a lease (default: one minute).</param>
internal sealed class RedisEntries(
    RedisLink link, EntryKey key, TimeProvider time, TimeSpan? leaseLife = null, TimeSpan? lockTimeout = null)
{
    private const int Version = 1;
    private const int ListPage = 250;

    private static readonly TimeSpan s_firstPoll = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan s_longestPoll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_pendingFor = TimeSpan.FromMinutes(10);

    private readonly KeyedLock _locks = new();
    private readonly StoreNames _names = new(link.Prefix);
    private readonly TimeSpan _leaseLife = leaseLife ?? TimeSpan.FromSeconds(30);
    private readonly TimeSpan _lockTimeout = lockTimeout ?? TimeSpan.FromMinutes(1);
    private int _isReleaseReported;

    public RedisLink Link => link;

    public EntryKey Key => key;

    /// <summary>Waits for the lease of an entry, or until the entry changes.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="known">The fencing number that the caller knows; <see langword="null"/> to wait for the lease only.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <param name="isForDeletion">True if the entry is only to be deleted, which a full server allows, too.</param>
    /// <returns>The lease, or <see langword="null"/> if the entry has another fencing number.</returns>
    public async Task<Lease?> LeaseAsync(
        string identity, string? known, IEventSink events, CancellationToken cancel, bool isForDeletion = false)
    {
        var began = time.GetTimestamp();
        var inProcess = await _locks.TryEnterAsync(identity, _lockTimeout, cancel).ConfigureAwait(false)
            ?? throw StoreErrors.Locked("another command of this process", _lockTimeout);
        Lease? lease = null;
        try
        {
            var terms = new LeaseTerms(
                _names.Lease(identity), _names.Entry(identity), Lease.NewOwner(), _leaseLife, e => ReportRelease(e, events))
            {
                Known = known,
                IsForDeletion = isForDeletion,
            };
            var isReported = false;
            for (var poll = s_firstPoll; ; poll = poll * 1.6 < s_longestPoll ? poll * 1.6 : s_longestPoll)
            {
                var attempt = await Lease.TryTakeAsync(link, terms, time, inProcess, cancel).ConfigureAwait(false);
                if ((lease = attempt.Lease) is not null || attempt.HasChanged) return lease;
                if (time.GetElapsedTime(began) > _lockTimeout) throw StoreErrors.Locked(attempt.Holder, time.GetElapsedTime(began));
                if (!isReported && events.IsEnabled(EventLevel.Verbose)) events.Write(new StoreLockAwaited(attempt.Holder));
                isReported = true;
                // With jitter: many workers wait for one lease.
                await Task.Delay(poll * (0.5 + Random.Shared.NextDouble()), time, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            if (lease is null) inProcess.Dispose();
        }
    }

    /// <summary>Reads an entry. If it cannot be opened, the content is <see langword="null"/> and the fault says why.</summary>
    /// <returns>The content, which the caller clears; the fencing number; and the fault.</returns>
    /// <exception cref="BearerTokenException">The server is away, or the key is missing.</exception>
    public async Task<(byte[]? Content, string? Fence, SealedFileFault Fault)> ReadAsync(string identity, CancellationToken cancel)
    {
        var parts = (RedisValue[])(await link.RunAsync(StoreScripts.Read, [_names.Entry(identity)], [], cancel).ConfigureAwait(false))!;
        if (parts is not [var version, var fence, { IsNull: false } data]) return default;
        if (version.TryParse(out int number) && number > Version) return (null, fence, SealedFileFault.NewerVersion);
        var (sealedEntry, bound) = ((byte[])data!, Bound(identity, fence));
        var fault = SealedFile.Open(key.Get(), bound, sealedEntry, out var content);
        if (fault == SealedFileFault.OtherKey && key.Renew()) fault = SealedFile.Open(key.Get(), bound, sealedEntry, out content);
        return fault == SealedFileFault.None ? (content, fence, fault) : (null, fence, fault);
    }

    /// <summary>Writes an entry, and clears the content that it is written from.</summary>
    /// <exception cref="BearerTokenException">
    /// It could not be written. If the server is away or full, it is tried again for a while, and the lease lasts so long.
    /// </exception>
    public async Task WriteAsync(string identity, Lease lease, byte[] content, TimeSpan life)
    {
        RedisKey[] names = [_names.Entry(identity)];
        var entry = SealedFile.Seal(key.Get(), Bound(identity, lease.Fence), content);
        RedisValue[] values = [lease.Fence, entry, (long)life.TotalMilliseconds, Version];
        CryptographicOperations.ZeroMemory(content);
        try
        {
            if ((long)await link.RunAsync(StoreScripts.Write, names, values).ConfigureAwait(false) == 0) throw RedisErrors.Stale();
            await link.SettleAsync().ConfigureAwait(false);
        }
        catch (BearerTokenException e) when (e.ErrorId is StoreErrors.UnavailableId or StoreErrors.FullId)
        {
            // It may be the only copy of a refresh token.
            lease.Pending = WriteLaterAsync(names, values);
            throw new BearerTokenException($"{e.Message} Storing it is tried again for {TimeText.Seconds(s_pendingFor)}.", e)
            {
                ErrorId = e.ErrorId,
                Kind = e.Kind,
                NextStep = e.NextStep,
            };
        }
    }

    /// <summary>Deletes an entry. Returns false if there is none.</summary>
    public async Task<bool> DeleteAsync(string identity, Lease lease) => (long)await link.RunAsync(
        StoreScripts.Delete, [_names.Entry(identity)], [lease.Fence]).ConfigureAwait(false) == 1;

    /// <summary>The identities of all entries.</summary>
    public Task<List<string>> IdentitiesAsync(CancellationToken cancel) => link.CallAsync(async database =>
    {
        HashSet<string> found = new(StringComparer.Ordinal);
        foreach (var server in database.Multiplexer.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
        {
            var keys = server.KeysAsync(database.Database, _names.Entries, ListPage).WithCancellation(cancel);
            await foreach (var name in keys.ConfigureAwait(false))
            {
                if (_names.IdentityOf(name) is { } identity) found.Add(identity);
            }
        }

        return found.ToList();
    }, cancel);

    /// <summary>An entry can neither be renamed to another identity, nor get another fencing number.</summary>
    private static string Bound(string identity, string? fence) => string.Create(CultureInfo.InvariantCulture, $"{identity}\n{fence}");

    /// <summary>Warns once: what the server refuses now, it refuses after each renewal.</summary>
    private void ReportRelease(BearerTokenException e, IEventSink events)
    {
        if (events.IsEnabled(EventLevel.Warning) && Interlocked.Exchange(ref _isReleaseReported, 1) == 0)
            events.Write(new StoreLockNotReleased(e.Message, _leaseLife));
    }

    private async Task WriteLaterAsync(RedisKey[] names, RedisValue[] values)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < s_pendingFor)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.1 + (Random.Shared.NextDouble() * 0.4)), time).ConfigureAwait(false);
            try
            {
                // Whether it is written or another process has a newer one: both end it.
                await link.RunAsync(StoreScripts.Write, names, values).ConfigureAwait(false);
                return;
            }
            catch (BearerTokenException)
            {
                // Still away, or still full.
            }
        }
    }
}
