namespace BearerTools.Json;

/// <summary>Position of a document's line in the body: line and column from 1, offset from 0.</summary>
internal readonly record struct JsonLine(long Line, long Column, long Offset)
{
    public JsonLine At(long column) => new(Line, Column + column, Offset + column);
}

/// <summary>The current position in a document, for error messages. All counts are in bytes, from 0.</summary>
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

    /// <summary>Converts a line and column to an offset.</summary>
    /// <param name="line">The line.</param>
    /// <param name="column">The column.</param>
    /// <param name="ahead">The bytes after the consumed ones.</param>
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
