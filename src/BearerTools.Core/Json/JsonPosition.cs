namespace BearerTools.Json;

/// <summary>Where a line of a document lies in the body: line and column from 1, offset from 0.</summary>
internal readonly record struct JsonLine(long Line, long Column, long Offset)
{
    public JsonLine At(long column) => new(Line, Column + column, Offset + column);
}

/// <summary>How far a document was read, to say where a fault is. Everything is counted from 0, in bytes.</summary>
internal struct JsonPosition
{
    private long _lineStart;

    public long Line { get; private set; }

    public readonly long Column => Consumed - _lineStart;

    public long Consumed { get; private set; }

    public void Advance(ReadOnlySpan<byte> consumed)
    {
        var newline = consumed.LastIndexOf((byte)'\n');
        if (newline >= 0)
        {
            Line += consumed.Count((byte)'\n');
            _lineStart = Consumed + newline + 1;
        }

        Consumed += consumed.Length;
    }

    /// <summary>The offset of a place that is known by line and column.</summary>
    /// <param name="line">The line.</param>
    /// <param name="column">The place in it.</param>
    /// <param name="ahead">What follows the consumed bytes.</param>
    public readonly long Offset(long line, long column, ReadOnlySpan<byte> ahead)
    {
        var start = _lineStart;
        var passed = 0;
        for (var missing = line - Line; missing > 0; missing--)
        {
            passed += ahead[passed..].IndexOf((byte)'\n') + 1;
            start = Consumed + passed;
        }

        return start + column;
    }
}
