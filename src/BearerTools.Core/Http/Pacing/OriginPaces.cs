using System.Collections.Concurrent;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Security;

namespace BearerTools.Http.Pacing;

/// <summary>
/// The paces of all origins, one set per process, because an API counts the requests of all commands. A pace that has nothing to
/// remember is evicted after 10 minutes without use.
/// </summary>
internal sealed class OriginPaces(TimeProvider time, Func<double> jitter, TraceLog? trace = null)
{
    /// <summary>Maximum number of origins; beyond that, the least recently used are evicted.</summary>
    public const int MaxOrigins = 1000;

    /// <summary>The time after which an unused pace is evicted.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_evictionInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Origin, OriginPace> _all = new();
    private readonly object _evictionGate = new();
    private long _evictedOn = time.GetTimestamp();

    public int Count => _all.Count;

    public OriginPace Of(Origin origin)
    {
        if (time.GetElapsedTime(Volatile.Read(ref _evictedOn)) >= s_evictionInterval) EvictIdle();
        while (true)
        {
            if (!_all.TryGetValue(origin, out var pace))
            {
                if (_all.Count >= MaxOrigins) Evict();
                pace = _all.GetOrAdd(origin, Create);
            }

            if (!pace.IsEvicted) return pace;
            _all.TryRemove(new KeyValuePair<Origin, OriginPace>(origin, pace));
        }
    }

    /// <summary>Ends all pauses and forgets the servers' quotas. The limits of running commands stay.</summary>
    public void Clear()
    {
        foreach (var (origin, pace) in _all)
        {
            pace.Lift();
            if (pace.TryEvict(TimeSpan.Zero)) _all.TryRemove(new KeyValuePair<Origin, OriginPace>(origin, pace));
        }
    }

    private OriginPace Create(Origin origin) => new(time, jitter, pause => Trace(origin, pause));

    private void Trace(Origin origin, Pause pause) => trace?.Add(new PauseRecord
    {
        Time = time.GetUtcNow(),
        Origin = origin.ToString(),
        Length = pause.For,
        Reason = pause.Reason,
        IsOwn = pause.IsOwn,
        Quota = pause.Quota is { } quota ? TracedText.Of(quota) : null,
    });

    private void EvictIdle()
    {
        // One caller evicts; the others need not wait.
        if (!Monitor.TryEnter(_evictionGate)) return;
        try
        {
            Volatile.Write(ref _evictedOn, time.GetTimestamp());
            foreach (var (origin, pace) in _all)
            {
                if (pace.TryEvict(IdleTime)) _all.TryRemove(new KeyValuePair<Origin, OriginPace>(origin, pace));
            }
        }
        finally
        {
            Monitor.Exit(_evictionGate);
        }
    }

    private void Evict()
    {
        lock (_evictionGate)
        {
            foreach (var (origin, pace) in _all.OrderBy(known => known.Value.LastUse).ToArray())
            {
                if (_all.Count <= MaxOrigins * 9 / 10) return;
                if (pace.TryEvict(TimeSpan.Zero, evenLimited: true)) _all.TryRemove(new KeyValuePair<Origin, OriginPace>(origin, pace));
            }
        }
    }
}
