using System.Buffers.Binary;

namespace BearerTools.Http.Pacing;

/// <summary>
/// The arithmetic of a rate limit that several processes share: the slots that they have taken, in slices of time, as bytes in a file. A
/// limit per second is spaced evenly; a longer one is a quota that may be used up in bursts. Times are UTC ticks of the machine's clock.
/// </summary>
internal sealed class SharedWindow
{
    /// <summary>How long after its time a slot may be used.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How much later than its slot a message may arrive: it is sent late, and takes time to arrive. The window is that much longer than
    /// the period.
    /// </summary>
    public static readonly TimeSpan Lateness = 2 * Validity;

    private const int Slices = 128;
    private const long Magic = 0x42_54_50_41_43_45_30_31; // "BTPACE01"

    /// <summary>How far ahead a slot may be taken.</summary>
    private static readonly TimeSpan s_ahead = TimeSpan.FromSeconds(1);

    private readonly RateLimit _limit;
    private readonly long _window;
    private readonly long _slice;
    private readonly long _distance;
    private readonly int[] _counts;
    private long _newest;
    private long _next;

    public SharedWindow(RateLimit limit)
    {
        _limit = limit;
        _window = (limit.Period + Lateness).Ticks;
        _slice = _window / Slices;
        _distance = limit.Period == TimeSpan.FromSeconds(1) ? _window / limit.Requests : 0;
        _counts = new int[Slices + (int)(s_ahead.Ticks / _slice) + 3];
    }

    /// <summary>Size of the content in bytes.</summary>
    public int Length => (4 * sizeof(long)) + (_counts.Length * sizeof(int));

    /// <summary>
    /// Reads what a file contains. Content that cannot be right, such as that of a clock that has since been set back, is ignored.
    /// </summary>
    public void Read(ReadOnlySpan<byte> content, long now)
    {
        Clear();
        if (content.Length != Length || BinaryPrimitives.ReadInt64LittleEndian(content) != Magic) return;
        if (BinaryPrimitives.ReadInt64LittleEndian(content[8..]) != Digest(content[16..])) return;
        var newest = BinaryPrimitives.ReadInt64LittleEndian(content[16..]);
        if (newest < 0 || newest * _slice > now + (2 * s_ahead.Ticks)) return;
        _newest = newest;
        _next = Math.Min(BinaryPrimitives.ReadInt64LittleEndian(content[24..]), now + (2 * s_ahead.Ticks));
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] = Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(content[(32 + (4 * i))..]), 0, _limit.Requests);
    }

    public void Write(Span<byte> content)
    {
        BinaryPrimitives.WriteInt64LittleEndian(content, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(content[16..], _newest);
        BinaryPrimitives.WriteInt64LittleEndian(content[24..], _next);
        for (var i = 0; i < _counts.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(content[(32 + (4 * i))..], _counts[i]);
        BinaryPrimitives.WriteInt64LittleEndian(content[8..], Digest(content[16..]));
    }

    /// <summary>Takes a slot.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="at">The time of the slot, or the time at which to ask again.</param>
    /// <returns>False if all slots in the near future are taken.</returns>
    public bool TryTake(long now, out long at)
    {
        at = Math.Max(now, _next);
        while (Taken(at) >= _limit.Requests) at = NextCapacity(at);
        if (at > now + s_ahead.Ticks) return false;
        Advance(at / _slice);
        _counts[Place(at / _slice)]++;
        if (_distance > 0) _next = at + _distance;
        return true;
    }

    /// <summary>The slots whose slice has not left the window that ends at a time; later ones are included.</summary>
    private int Taken(long at)
    {
        var sum = 0;
        for (var slice = Oldest(at); slice <= _newest; slice++) sum += _counts[Place(slice)];
        return sum;
    }

    private long NextCapacity(long at)
    {
        var slice = Oldest(at);
        while (_counts[Place(slice)] == 0) slice++;
        return ((slice + 1) * _slice) + _window;
    }

    /// <summary>The oldest slice with a moment in the window; older ones are no longer counted.</summary>
    private long Oldest(long at) => Math.Max(((at - _window) / _slice) + (at - _window >= 0 ? 0 : -1), _newest - _counts.Length + 1);

    private void Advance(long slice)
    {
        if (slice <= _newest) return;
        for (var next = Math.Max(_newest + 1, slice - _counts.Length + 1); next <= slice; next++) _counts[Place(next)] = 0;
        _newest = slice;
    }

    private void Clear()
    {
        Array.Clear(_counts);
        (_newest, _next) = (0, 0);
    }

    private int Place(long slice) => (int)(slice % _counts.Length);

    /// <summary>FNV-1a: detects a file that was written only in part.</summary>
    private static long Digest(ReadOnlySpan<byte> content)
    {
        var digest = 14695981039346656037UL;
        foreach (var value in content) digest = unchecked((digest ^ value) * 1099511628211UL);
        return (long)digest;
    }
}
