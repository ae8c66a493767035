using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Fleet;
using BearerTools.Http.Pacing;
using BearerTools.Security;
using StackExchange.Redis;

namespace BearerTools.Redis;

/// <summary>Rate limits and pauses that all workers with this server share.</summary>
internal sealed class RedisPace(RedisLink link, TimeProvider time) : ISharedPace
{
    private const int ReportedPauses = 1;
    private const int ReportedLimit = 2;

    private static readonly TimeSpan s_longestPause = ServerDelay.LongestWait;

    /// <summary>How long this process relies on what it has read about a pause.</summary>
    private static readonly TimeSpan s_pauseAge = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<(Origin, RateLimit), PaceSlots> _slots = new();
    private readonly ConcurrentDictionary<Origin, KnownPause> _pauses = new();
    private readonly StoreNames _names = new(link.Prefix);
    private readonly string _worker = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
    private int _reported;
    private int _workers = 1;

    /// <inheritdoc cref="IFleet.Trace"/>
    public TraceLog? Trace { get; set; }

    /// <inheritdoc/>
    public string Limit => Volatile.Read(ref _reported) < ReportedLimit ? "all workers of the fleet share -RateLimit"
        : Volatile.Read(ref _workers) is > 1 and var workers
            ? string.Create(
                CultureInfo.InvariantCulture, $"this worker keeps to its share of -RateLimit (1 of {workers}) while Redis is away")
            : "this worker keeps -RateLimit by itself while Redis is away";

    /// <inheritdoc/>
    public async ValueTask<IDisposable?> EnterAsync(
        Origin origin, RateLimit? rate, TimeSpan? maxWait, IEventSink events, CancellationToken cancel)
    {
        if (_pauses.Count > OriginPaces.MaxOrigins) _pauses.Clear();
        if (_slots.Count > OriginPaces.MaxOrigins) _slots.Clear();
        var pause = _pauses.GetOrAdd(origin, static _ => new KnownPause());
        await PrepareAsync(rate is not null, events, cancel).ConfigureAwait(false);
        if (rate is null)
        {
            await ReadPauseAsync(origin, pause, events, cancel).ConfigureAwait(false);
            await WaitForPauseAsync(pause, maxWait, events, cancel).ConfigureAwait(false);
            return null;
        }

        var slots = _slots.GetOrAdd((origin, rate), static (key, owner) => owner.Create(key.Item1, key.Item2), this);
        while (true)
        {
            await WaitForPauseAsync(pause, maxWait, events, cancel).ConfigureAwait(false);
            var slot = await slots.TakeAsync(fault => Report(fault, slots.Workers, hasLimit: true, events), cancel).ConfigureAwait(false);
            var isUsed = false;
            try
            {
                var wait = time.GetElapsedTime(time.GetTimestamp(), slot.At);
                // Timers may be a millisecond early.
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait + TimeSpan.FromMilliseconds(1), time, cancel).ConfigureAwait(false);
                // An API may have asked for a pause while this message waited; and a slot that was missed is lost.
                var isPaused = await WaitForPauseAsync(pause, maxWait, events, cancel).ConfigureAwait(false);
                isUsed = !isPaused && !slots.IsLate(slot);
                if (isUsed) return slot;
            }
            finally
            {
                if (!isUsed) slot.Return();
            }
        }
    }

    /// <inheritdoc/>
    public async Task PauseAsync(Origin origin, TimeSpan pause, IEventSink events)
    {
        if (pause > s_longestPause) pause = s_longestPause;
        Learn(_pauses.GetOrAdd(origin, static _ => new KnownPause()), pause);
        try
        {
            await link.RunMendingAsync(PaceScripts.Pause, [PauseOf(origin)], [(long)pause.TotalMicroseconds]).ConfigureAwait(false);
        }
        catch (BearerTokenException e)
        {
            Report(e, 1, hasLimit: false, events);
        }
    }

    private async ValueTask PrepareAsync(bool hasLimit, IEventSink events, CancellationToken cancel)
    {
        try
        {
            await link.PrepareAsync(events, cancel).ConfigureAwait(false);
        }
        catch (BearerTokenException e)
        {
            Report(e, 1, hasLimit, events);
        }
    }

    private async ValueTask ReadPauseAsync(Origin origin, KnownPause known, IEventSink events, CancellationToken cancel)
    {
        var now = time.GetTimestamp();
        var readOn = Volatile.Read(ref known.ReadOn);
        if (readOn != 0 && time.GetElapsedTime(readOn, now) < s_pauseAge) return;
        if (Interlocked.CompareExchange(ref known.ReadOn, now, readOn) != readOn) return;
        try
        {
            var left = (long)await link.RunMendingAsync(PaceScripts.ReadPause, [PauseOf(origin)], [], cancel).ConfigureAwait(false);
            Learn(known, TimeSpan.FromMicroseconds(left));
            Report(null, 1, hasLimit: false, events);
        }
        catch (BearerTokenException e)
        {
            Report(e, 1, hasLimit: false, events);
        }
    }

    /// <returns>True if there was a pause.</returns>
    private async ValueTask<bool> WaitForPauseAsync(KnownPause known, TimeSpan? maxWait, IEventSink events, CancellationToken cancel)
    {
        var hasWaited = false;
        while (true)
        {
            var left = time.GetElapsedTime(time.GetTimestamp(), Volatile.Read(ref known.Until));
            if (left <= TimeSpan.Zero) return hasWaited;
            hasWaited = true;
            if (left > maxWait) throw new PausedTooLongException(new Pause(PauseReason.Requested, left));
            RequestPaused.Write(events, PauseReason.Requested, left, null, isFirst: false);
            await Task.Delay(left + TimeSpan.FromMilliseconds(1), time, cancel).ConfigureAwait(false);
        }
    }

    private void Learn(KnownPause known, TimeSpan left)
    {
        if (left <= TimeSpan.Zero || left > s_longestPause) return;
        var until = time.GetTimestamp() + (long)(left.TotalSeconds * time.TimestampFrequency);
        if (until > Volatile.Read(ref known.Until)) Volatile.Write(ref known.Until, until);
    }

    private PaceSlots Create(Origin origin, RateLimit rate)
    {
        var pause = _pauses.GetOrAdd(origin, static _ => new KnownPause());
        var name = origin.ToString();
        RedisKey[] keys = [_names.Pace(name, $"rate-{rate}"), PauseOf(origin), _names.Pace(name, $"workers-{rate}")];
        return new PaceSlots(link, keys, _worker, rate, time, left => Learn(pause, left));
    }

    private RedisKey PauseOf(Origin origin) => _names.Pace(origin.ToString(), "pause");

    /// <summary>Reports once for each time that the server is away what is not shared: pauses and, if there is one, the limit.</summary>
    private void Report(BearerTokenException? fault, int workers, bool hasLimit, IEventSink events)
    {
        if (fault is null)
        {
            if (Volatile.Read(ref _reported) > 0 && Interlocked.Exchange(ref _reported, 0) is > 0 and var reported)
                Write(new SharedPaceReturned(reported == ReportedLimit), events);
            return;
        }

        var state = hasLimit ? ReportedLimit : ReportedPauses;
        var known = Volatile.Read(ref _reported);
        if (known >= state || Interlocked.CompareExchange(ref _reported, state, known) != known) return;
        if (hasLimit) Volatile.Write(ref _workers, workers);
        Write(new SharedPaceUnavailable(fault.Message) { IsOfFleet = true, HasLimit = hasLimit, Workers = workers }, events);
    }

    /// <summary>Also to the trace: it is rare, and explains the rate of the requests after it.</summary>
    private void Write(PacingEvent e, IEventSink events)
    {
        var traced = Trace is { } trace ? new TracedEvents(trace, time, events, flow: null) : events;
        if (traced.IsEnabled(e.Level)) traced.Write(e);
    }

    private sealed class KnownPause
    {
        public long Until;
        public long ReadOn;
    }
}
