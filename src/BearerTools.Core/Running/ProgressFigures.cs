using System.Globalization;
using BearerTools.Http.Bodies;

namespace BearerTools.Running;

/// <summary>A snapshot of a run, for display.</summary>
/// <param name="Status">The status line, such as <c>1,200 of 10,000 done, 3 failed, 480/s</c>.</param>
/// <param name="Percent">The percentage done; <see langword="null"/> if unknown.</param>
/// <param name="Left">The estimated time left, or <see langword="null"/>.</param>
internal sealed record ProgressReading(string Status, int? Percent, TimeSpan? Left);

/// <summary>Computes progress text from counts: done, failed, rate, time left. Stateful, because rates are smoothed.</summary>
/// <param name="transfer">Counts the bytes of the bodies.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgressFigures(Transfer transfer, TimeProvider time)
{
    /// <summary>A smaller total is not shown next to the number of requests.</summary>
    private const long NotableBytes = 10_000_000;

    private static readonly string[] s_units = ["B", "kB", "MB", "GB", "TB", "PB"];

    private readonly Pace _requests = new();
    private readonly Pace _bytes = new();
    private long _lastRead = time.GetTimestamp();

    /// <param name="counts">The run's counts.</param>
    /// <param name="isAll">True if no more inputs will come, so that the total is known.</param>
    public ProgressReading Read(RunCounts counts, bool isAll)
    {
        var now = time.GetTimestamp();
        var passed = time.GetElapsedTime(_lastRead, now);
        _lastRead = now;
        var moved = transfer.Moved;
        _requests.Advance(counts.Done, passed);
        _bytes.Advance(moved, passed);
        return counts.Added > 1 ? OfMany(counts, isAll, moved) : OfOne(counts.State, moved);
    }

    private ProgressReading OfMany(RunCounts counts, bool isAll, long moved)
    {
        var parts = new List<string> { isAll ? $"{Number(counts.Done)} of {Number(counts.Added)} done" : $"{Number(counts.Done)} done" };
        if (counts.Failed > 0) parts.Add($"{Number(counts.Failed)} failed");
        parts.Add($"{Number(_requests.PerSecond)}/s");
        if (moved >= NotableBytes) parts.Add($"{Size(moved)}, {Size(_bytes.PerSecond)}/s");
        if (counts.State is not null) parts.Add(counts.State);
        return isAll
            ? new(string.Join(", ", parts), Percent(counts.Done, counts.Added), _requests.For(counts.Added - counts.Done))
            : new(string.Join(", ", parts), null, null);
    }

    private ProgressReading OfOne(string? state, long moved)
    {
        if (moved == 0) return new(state ?? "waiting for the response", null, null);
        var expected = transfer.Expected;
        // The Content-Length may be that of the compressed body.
        var isMeasured = expected >= moved && state is null;
        var size = isMeasured ? $"{Size(moved)} of {Size(expected!.Value)}" : Size(moved);
        var status = $"{(state is null ? string.Empty : state + ", ")}{size}, {Size(_bytes.PerSecond)}/s";
        return isMeasured ? new(status, Percent(moved, expected!.Value), _bytes.For(expected.Value - moved)) : new(status, null, null);
    }

    private static int? Percent(long done, long all) => all > 0 ? (int)(100 * (double)done / all) : null;

    private static string Number(double number) =>
        number.ToString(number is > 0 and < 10 && number % 1 != 0 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    private static string Size(double bytes)
    {
        var unit = 0;
        for (; bytes >= 999.5 && unit < s_units.Length - 1; unit++) bytes /= 1000;
        return $"{bytes.ToString(unit > 0 && bytes < 10 ? "0.0" : "0", CultureInfo.InvariantCulture)} {s_units[unit]}";
    }

    /// <summary>The rate at which a count grows, exponentially smoothed over the last seconds.</summary>
    private sealed class Pace
    {
        private static readonly TimeSpan s_memory = TimeSpan.FromSeconds(5);

        private long _count;
        private double? _perSecond;

        public double PerSecond => _perSecond ?? 0;

        public void Advance(long count, TimeSpan passed)
        {
            if (passed <= TimeSpan.Zero) return;
            var now = (count - _count) / passed.TotalSeconds;
            _count = count;
            _perSecond = _perSecond is { } before ? before + ((now - before) * (1 - Math.Exp(-passed / s_memory))) : now;
        }

        public TimeSpan? For(long rest) => PerSecond > 0 && rest / PerSecond < int.MaxValue ? TimeSpan.FromSeconds(rest / PerSecond) : null;
    }
}
