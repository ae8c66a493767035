using System.Collections.Concurrent;
using BearerTools.Diagnostics.Tracing;

namespace BearerTools.Tokens;

/// <summary>
/// All tokens of the process, one entry per key. After eviction, the cache refers to an entry weakly, so that a connection that still uses
/// it shares it with later callers, and <see cref="Clear"/> reaches it.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="maxEntries">Maximum number of entries.</param>
/// <param name="trace">Receives the events of tokens, or <see langword="null"/>.</param>
internal sealed class TokenCache(TimeProvider time, int maxEntries = 10_000, TraceLog? trace = null)
{
    private static readonly TimeSpan s_evictionInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<TokenKey, Slot> _slots = new();
    private readonly object _evictionGate = new();
    private long _nextEviction;
    private int _evictAbove;

    /// <summary>The entry for a source's key. If two sources have the same key, the first one is used for both.</summary>
    public TokenEntry Entry(ITokenSource source)
    {
        var now = time.GetUtcNow();
        if (Volatile.Read(ref _nextEviction) <= now.UtcTicks) Evict(now);
        var key = source.Key;
        while (true)
        {
            if (_slots.TryGetValue(key, out var slot))
            {
                if (slot.Entry is { IsForgotten: false, Source.HasOtherCredential: false } known)
                {
                    known.Touch(now);
                    slot.Keep(known);
                    return known;
                }

                _slots.TryRemove(new KeyValuePair<TokenKey, Slot>(key, slot));
            }

            var entry = new TokenEntry(source, time, trace);
            entry.Touch(now);
            if (!_slots.TryAdd(key, new Slot(entry))) continue;
            // Counting locks the whole dictionary; cache hits never get here.
            if (_slots.Count > Math.Max(maxEntries, Volatile.Read(ref _evictAbove))) Evict(now);
            return entry;
        }
    }

    /// <summary>Gets a token for the source's key. If the entry is removed meanwhile, a new one takes its place.</summary>
    /// <param name="source">The source.</param>
    /// <param name="context">The event sink, and the user prompt.</param>
    /// <param name="cancel">Cancels the caller's wait.</param>
    /// <param name="renew">Requests a new token even if the current one is valid.</param>
    /// <returns>The token; its <see cref="AccessToken.Entry"/> is the entry that it came from.</returns>
    /// <exception cref="BearerTokenException">The source provides none.</exception>
    public async ValueTask<AccessToken> GetAsync(
        ITokenSource source, TokenRequestContext context, CancellationToken cancel, bool renew = false)
    {
        while (true)
        {
            var entry = Entry(source);
            try
            {
                return renew
                    ? await entry.RenewAsync(context, cancel).ConfigureAwait(false)
                    : await entry.GetAsync(context, cancel).ConfigureAwait(false);
            }
            catch (BearerTokenException e) when (e.ErrorId == TokenEntry.RemovedId && entry.IsForgotten)
            {
                // Another runspace removed the entry between look-up and use, or during the token request.
                cancel.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>The entries that hold a token, without evicted ones.</summary>
    public IReadOnlyList<TokenEntry> Snapshot()
    {
        Evict(time.GetUtcNow());
        return [.. _slots.Values.Select(slot => slot.Kept).OfType<TokenEntry>().Where(entry => entry.Current is not null)];
    }

    /// <summary>Removes an entry. A token request in progress for it will store nothing.</summary>
    public bool Remove(TokenEntry entry)
    {
        entry.Forget();
        return _slots.TryGetValue(entry.Source.Key, out var slot)
            && ReferenceEquals(slot.Entry, entry)
            && _slots.TryRemove(new KeyValuePair<TokenKey, Slot>(entry.Source.Key, slot));
    }

    /// <summary>
    /// Removes all entries, including evicted ones that are still in use. The result of a renewal in progress is revoked when it arrives;
    /// that of a first request goes to its caller and is not stored. A token that other processes share is not revoked.
    /// </summary>
    public void Clear()
    {
        foreach (var (key, slot) in _slots)
        {
            if (slot.Entry is { } entry) entry.Forget(revokesRenewal: !entry.Source.IsShared);
            _slots.TryRemove(new KeyValuePair<TokenKey, Slot>(key, slot));
        }
    }

    private void Evict(DateTimeOffset now)
    {
        // One caller evicts; the others do not wait.
        if (!Monitor.TryEnter(_evictionGate)) return;
        try
        {
            Volatile.Write(ref _nextEviction, (now + s_evictionInterval).UtcTicks);
            List<Slot> kept = [];
            foreach (var (key, slot) in _slots)
            {
                if (slot.Entry is not { } entry) _slots.TryRemove(new KeyValuePair<TokenKey, Slot>(key, slot));
                else if (CacheEviction.IsDue(entry, now)) slot.Release();
                // A connection that holds an evicted entry may be using it again.
                else slot.Keep(entry);
                if (slot.Kept is not null) kept.Add(slot);
            }

            if (kept.Count > maxEntries) ReleaseOldest(kept);
            // Evicted entries in use still count; without this margin, every new entry would scan all of them.
            Volatile.Write(ref _evictAbove, _slots.Count + (maxEntries / 10));
        }
        finally
        {
            Monitor.Exit(_evictionGate);
        }
    }

    private void ReleaseOldest(List<Slot> kept)
    {
        var slots = kept.ToDictionary(slot => slot.Kept!);
        foreach (var entry in CacheEviction.Order(slots.Keys).Take(kept.Count - (maxEntries * 9 / 10))) slots[entry].Release();
    }

    /// <summary>An entry, or after its eviction a weak reference to it.</summary>
    private sealed class Slot(TokenEntry entry)
    {
        private readonly WeakReference<TokenEntry> _weak = new(entry);
        private volatile TokenEntry? _kept = entry;

        /// <summary>The entry, or <see langword="null"/> if it was evicted.</summary>
        public TokenEntry? Kept => _kept;

        /// <summary>The entry; after its eviction, only as long as something uses it.</summary>
        public TokenEntry? Entry => _kept ?? (_weak.TryGetTarget(out var entry) ? entry : null);

        public void Keep(TokenEntry entry)
        {
            if (_kept is null) _kept = entry;
        }

        public void Release() => _kept = null;
    }
}
