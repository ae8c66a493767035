using System.Numerics;

namespace BearerTools.Diagnostics.Tracing;

/// <summary>
/// Texts in the order in which they were added, in one array that is reused. Texts that live for a while as objects would cost the garbage
/// collector more than the requests that they describe cost otherwise.
/// </summary>
/// <param name="max">Maximum number of characters, a power of two.</param>
internal sealed class TextRing(int max)
{
    private const int Smallest = 4096;

    private char[] _characters = [];
    private long _first;
    private int _count;

    /// <summary>The number of characters that fit without removing others.</summary>
    public int Free => max - _count;

    /// <summary>Adds a text, for which there must be room, and returns its position.</summary>
    public long Add(string text)
    {
        if (_count + text.Length > _characters.Length) Grow(_count + text.Length);
        var position = _first + _count;
        var place = Parts(_characters, position, text.Length);
        text.AsSpan(0, place.Start.Length).CopyTo(place.Start);
        text.AsSpan(place.Start.Length).CopyTo(place.End);
        _count += text.Length;
        return position;
    }

    /// <summary>Returns the text of that length at a position.</summary>
    public string Read(long position, int length)
    {
        var place = Parts(_characters, position, length);
        return string.Concat(place.Start, place.End);
    }

    /// <summary>Removes the oldest characters.</summary>
    public void RemoveFirst(int length)
    {
        _first += length;
        _count -= length;
    }

    private static Ends Parts(char[] characters, long position, int length)
    {
        if (length == 0) return default;
        var index = (int)(position & (characters.Length - 1));
        var first = Math.Min(length, characters.Length - index);
        return new Ends(characters.AsSpan(index, first), characters.AsSpan(0, length - first));
    }

    private void Grow(int atLeast)
    {
        var larger = new char[Math.Max(Smallest, (int)BitOperations.RoundUpToPowerOf2((uint)atLeast))];
        for (var done = 0; done < _count;)
        {
            // As far as neither of the arrays begins anew.
            var from = Parts(_characters, _first + done, _count - done).Start;
            var to = Parts(larger, _first + done, _count - done).Start;
            var length = Math.Min(from.Length, to.Length);
            from[..length].CopyTo(to);
            done += length;
        }

        _characters = larger;
    }

    /// <summary>A range of the ring: it continues at the beginning of the array.</summary>
    private readonly ref struct Ends(Span<char> start, Span<char> end)
    {
        public Span<char> Start { get; } = start;

        public Span<char> End { get; } = end;
    }
}
