namespace BearerTools.Http.Bodies;

/// <summary>
/// The bytes of bodies that a command moves, up and down together, for its progress line: workers add, the pipeline's thread
/// looks. Whoever reads or sends a body calls <see cref="Expect"/> once, when it begins, and then <see cref="Add"/> for each
/// piece. A command has one, or none when nobody sees its progress: <c>transfer?.Add(length)</c>.
/// </summary>
internal sealed class Transfer
{
    private long _moved;
    private long _expected;
    private int _unmeasured;

    /// <summary>So many bytes went by.</summary>
    public long Moved => Interlocked.Read(ref _moved);

    /// <summary>So many will have gone by when all bodies that have begun are through; nothing when one does not say its length.</summary>
    public long? Expected => Volatile.Read(ref _unmeasured) > 0 ? null : Interlocked.Read(ref _expected);

    /// <summary>A body begins. One that is sent again begins again.</summary>
    /// <param name="length">Its length in bytes, when that is known.</param>
    public void Expect(long? length)
    {
        if (length is { } known) Interlocked.Add(ref _expected, known);
        else Interlocked.Increment(ref _unmeasured);
    }

    /// <summary>A piece of a body went by.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _moved, bytes);
}
