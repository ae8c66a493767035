using System.Security.Cryptography;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Fleet;
using BearerTools.Http.Pacing;
using BearerTools.Storage;
using BearerTools.Storage.Files;
using BearerTools.Tokens;

namespace BearerTools.Redis;

/// <summary>What workers on several machines share through a Redis server, or one with its protocol such as Valkey.</summary>
internal sealed class RedisFleet : IFleet, IDisposable
{
    private readonly RedisLink _link;
    private readonly EntryKey _key;
    private readonly RedisEntries _entries;
    private readonly RedisAccounts _accounts;
    private readonly RedisPace _pace;

    public RedisFleet(FleetOptions options, TimeProvider time) : this(options, time, null, null)
    {
    }

    /// <param name="options">Where the server is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="leaseLife">How long a lease lasts without a renewal.</param>
    /// <param name="timeout">How long a response may take.</param>
    public RedisFleet(FleetOptions options, TimeProvider time, TimeSpan? leaseLife, TimeSpan? timeout)
    {
        _link = new RedisLink(options, time, timeout);
        _key = new EntryKey(options);
        _entries = new RedisEntries(_link, _key, time, leaseLife);
        _accounts = new RedisAccounts(_entries);
        Tokens = new RedisTokenStore($"{nameof(StoreKind.Redis)}:{options.Id}", _entries, time);
        _pace = new RedisPace(_link, time);
    }

    public ITokenStore Tokens { get; }

    public IAccountStore Accounts => _accounts;

    public ISharedPace Pace => _pace;

    public TraceLog? Trace
    {
        get => _pace.Trace;
        set => _pace.Trace = value;
    }

    /// <summary>Number of calls to the server.</summary>
    public long Trips => _link.Trips;

    public async Task CheckAsync(bool isForTokens, IEventSink events, CancellationToken cancel)
    {
        await _link.PrepareAsync(events, cancel).ConfigureAwait(false);
        if (isForTokens)
        {
            await _key.PrepareAsync(events, cancel).ConfigureAwait(false);
            _key.Get();
        }

        await _link.CallAsync(static database => database.PingAsync(), cancel).ConfigureAwait(false);
    }

    public async Task<bool> CanOpenAsync(string identity, CancellationToken cancel)
    {
        var (content, _, fault) = await _entries.ReadAsync(identity, cancel).ConfigureAwait(false);
        if (content is not null) CryptographicOperations.ZeroMemory(content);
        return fault switch
        {
            SealedFileFault.OtherKey => throw RedisErrors.OtherKey(),
            SealedFileFault.NewerVersion => throw RedisErrors.NewerVersion(_link.Place),
            _ => content is not null,
        };
    }

    public async Task DeleteAllAsync(CancellationToken cancel)
    {
        foreach (var identity in await _entries.IdentitiesAsync(cancel).ConfigureAwait(false))
        {
            var lease = (await _entries.LeaseAsync(identity, null, EventSink.None, cancel, isForDeletion: true).ConfigureAwait(false))!;
            await using (lease.ConfigureAwait(false)) await _entries.DeleteAsync(identity, lease).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _accounts.Dispose();
        _link.Dispose();
    }
}
