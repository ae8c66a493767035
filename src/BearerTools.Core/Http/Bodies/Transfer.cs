namespace BearerTools.Http.Bodies;

/// <summary>
/// Counts the body bytes that a command uploads and downloads, for its progress line; workers add, the pipeline thread reads. Code
/// that reads or sends a body calls <see cref="Expect"/> once at its start, and <see cref="Add"/> for each piece. A command without
/// visible progress has none: <c>transfer?.Add(length)</c>.
/// </summary>
internal sealed class Transfer
{
    private long _moved;
    private long _expected;
    private int _unmeasured;

    /// <summary>The number of bytes transferred.</summary>
    public long Moved => Interlocked.Read(ref _moved);

    /// <summary>The total size of the bodies started so far; <see langword="null"/> if one has an unknown length.</summary>
    public long? Expected => Volatile.Read(ref _unmeasured) > 0 ? null : Interlocked.Read(ref _expected);

    /// <summary>Registers a body. A body that is sent again is registered again.</summary>
    /// <param name="length">Its length in bytes, or <see langword="null"/> if unknown.</param>
    public void Expect(long? length)
    {
        if (length is { } known) Interlocked.Add(ref _expected, known);
        else Interlocked.Increment(ref _unmeasured);
    }

    /// <summary>Counts a piece of a body.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _moved, bytes);
}
