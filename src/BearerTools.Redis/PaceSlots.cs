using StackExchange.Redis;

namespace BearerTools.Redis;

/// <summary>
/// The slots of one limit in this process: those that it has taken ahead, and what it has to report about those that are used. If the
/// server is away, the process goes on with its share of the limit.
/// </summary>
/// <param name="link">The server.</param>
/// <param name="keys">The names of the slots, the pause and the workers.</param>
/// <param name="worker">A name that no other process has.</param>
/// <param name="limit">The limit.</param>
/// <param name="time">The clock.</param>
/// <param name="learnPause">Is told the pause that the server reports.</param>
internal sealed class PaceSlots(
    RedisLink link, RedisKey[] keys, string worker, RateLimit limit, TimeProvider time, Action<TimeSpan> learnPause)
{
    private const int Slices = 250;
    private const int MaxBatch = 64;

    /// <summary>How long after its time a slot may be used.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How much later than its slot a message arrives at most, if its response does not show that it arrived earlier. On a busy machine, a
    /// message may leave a while after its slot was checked.
    /// </summary>
    private static readonly TimeSpan s_lateness = TimeSpan.FromMilliseconds(500);

    /// <summary>How far ahead a slot may be taken. Reports arrive earlier than their slots can be taken again.</summary>
    private static readonly TimeSpan s_ahead = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan s_reportDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_workerLife = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_meter = TimeSpan.FromMilliseconds(100);

    private readonly Queue<PaceSlot> _own = new();
    private readonly object _reporting = new();
    private Dictionary<long, Used> _used = [];
    private bool _isReportDue;
    private int _waiting;
    private int _workers = 1;
    private long _localNext;
    private (long Began, int Count, int Last) _meter;

    private SemaphoreSlim Gate { get; } = new(1, 1);

    private double PerSecond => limit.Requests / limit.Period.TotalSeconds;

    /// <summary>The number of workers that share the limit, as far as the server knew when it last responded.</summary>
    public int Workers => Volatile.Read(ref _workers);

    /// <summary>Takes a slot that this process has already, or several at once.</summary>
    /// <param name="report">Is told the fault if the server cannot be used; the slot is then one of this process's share.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<PaceSlot> TakeAsync(Action<BearerTokenException?> report, CancellationToken cancel)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await Gate.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                Measure();
                while (true)
                {
                    while (_own.TryDequeue(out var own))
                    {
                        if (!IsLate(own)) return own;
                        own.Return();
                    }

                    TimeSpan wait;
                    try
                    {
                        wait = await CallAsync(Batch(), cancel).ConfigureAwait(false);
                        report(null);
                    }
                    catch (BearerTokenException e)
                    {
                        report(e);
                        return OfShare();
                    }

                    if (_own.Count == 0) await Task.Delay(Again(wait), time, cancel).ConfigureAwait(false);
                }
            }
            finally
            {
                Gate.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>True if the slot can no longer be used.</summary>
    public bool IsLate(PaceSlot slot) => time.GetTimestamp() > slot.At + Ticks(Validity);

    /// <summary>Notes the end of a slot. The server is told a moment later, together with others.</summary>
    public void Report(long slice, bool isUsed)
    {
        lock (_reporting)
        {
            var known = _used.GetValueOrDefault(slice);
            _used[slice] = isUsed
                ? known with { Count = known.Count + 1, Last = time.GetTimestamp() }
                : known with { Unused = known.Unused + 1 };
            if (_isReportDue) return;
            _isReportDue = true;
        }

        _ = ReportLaterAsync();
    }

    private async Task ReportLaterAsync()
    {
        try
        {
            await Task.Delay(s_reportDelay, time).ConfigureAwait(false);
            bool isEmpty;
            lock (_reporting)
            {
                _isReportDue = false;
                isEmpty = _used.Count == 0;
            }

            if (!isEmpty) await CallAsync(0, CancellationToken.None).ConfigureAwait(false);
        }
        catch (BearerTokenException)
        {
            // The slots then end at the latest possible time.
        }
    }

    /// <summary>Reports, and takes slots.</summary>
    /// <returns>The time until there is a slot, if none was taken.</returns>
    private async Task<TimeSpan> CallAsync(int number, CancellationToken cancel)
    {
        var period = (long)limit.Period.TotalMicroseconds;
        // A limit per second is spread; a longer one is a quota that may be used up in bursts.
        var spacing = limit.Period == TimeSpan.FromSeconds(1) ? period / (2L * limit.Requests) : 0;
        List<RedisValue> values =
        [
            limit.Requests, period, Math.Max(1, period / Slices), (long)s_lateness.TotalMicroseconds, spacing,
            (long)s_ahead.TotalMicroseconds, number, worker, (long)s_workerLife.TotalMicroseconds,
        ];
        AddReports(values);
        var result = (RedisResult[])(await link.RunMendingAsync(PaceScripts.Take, keys, [.. values], cancel).ConfigureAwait(false))!;
        var now = time.GetTimestamp();
        learnPause(TimeSpan.FromMicroseconds((long)result[0]));
        Volatile.Write(ref _workers, Math.Max(1, (int)result[1]));
        for (var i = 3; i + 1 < result.Length; i += 2)
            _own.Enqueue(new PaceSlot(this, now + Ticks(TimeSpan.FromMicroseconds((long)result[i])), (long)result[i + 1]));
        return TimeSpan.FromMicroseconds((long)result[2]);
    }

    private void AddReports(List<RedisValue> values)
    {
        Dictionary<long, Used> used;
        lock (_reporting)
        {
            if (_used.Count == 0) return;
            (used, _used) = (_used, []);
        }

        foreach (var (slice, ended) in used)
        {
            if (ended.Count > 0) values.AddRange([slice, ended.Count, (long)time.GetElapsedTime(ended.Last).TotalMicroseconds]);
            if (ended.Unused > 0) values.AddRange([slice, ended.Unused, -1]);
        }
    }

    /// <summary>
    /// The number of slots to take: for the messages that wait, and for those of the next moment at the present rate, but no more than this
    /// process's share of a quarter of a second.
    /// </summary>
    private int Batch()
    {
        var share = (int)Math.Clamp(PerSecond / Workers / 4, 1, MaxBatch);
        return Math.Clamp(Math.Max(Volatile.Read(ref _waiting), _meter.Last / 2), 1, share);
    }

    /// <summary>When to ask again. With many workers, each asks seldom, but all together often enough to use every slot.</summary>
    private TimeSpan Again(TimeSpan wait)
    {
        var crowd = Workers / PerSecond / 10;
        var seconds = Math.Max((wait - s_ahead).TotalSeconds, Math.Min(crowd, 5));
        return TimeSpan.FromSeconds(Math.Clamp(seconds * (0.75 + (Random.Shared.NextDouble() / 2)), 0.005, 5));
    }

    /// <summary>A slot while the server is away: this process keeps its share of the limit.</summary>
    private PaceSlot OfShare()
    {
        var now = time.GetTimestamp();
        var distance = TimeSpan.FromSeconds(Workers / PerSecond);
        // Not all workers begin at once.
        if (_localNext < now - Ticks(distance)) _localNext = now + Ticks(distance * Random.Shared.NextDouble());
        var at = Math.Max(now, _localNext);
        _localNext = at + Ticks(distance);
        return new PaceSlot(this, at, 0);
    }

    private void Measure()
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(_meter.Began, now);
        if (elapsed > s_meter) _meter = (now, 0, elapsed < 2 * s_meter ? _meter.Count : 0);
        _meter.Count++;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>What ended in a slice: the messages, the time of the last response, and the slots that were not used.</summary>
    private readonly record struct Used(int Count, long Last, int Unused);
}
