namespace BearerTools.Running;

/// <summary>
/// Has the garbage of rows that went by collected in time. Where the processor's cache is hundreds of megabytes large,
/// as in many servers, the runtime lets as much garbage gather, and a stream that needs no memory takes all of that.
/// Where the runtime collects earlier by itself, nothing is done here.
/// </summary>
internal sealed class GcPacer
{
    /// <summary>Of JSON; the objects made of it are about ten times as large.</summary>
    private const long ShortestInterval = 2 * 1024 * 1024;

    private const int UsualSizeOfObjects = 6;

    private long _interval = ShortestInterval;
    private long _bytes;
    private int _collections;

    /// <summary>Another answer begins.</summary>
    public void Reset() => (_interval, _bytes) = (ShortestInterval, 0);

    /// <summary>So many bytes of an answer became rows that were handed on.</summary>
    public void Read(long bytes)
    {
        _bytes += bytes;
        if (_bytes < _interval) return;
        if (GC.CollectionCount(0) == _collections)
        {
            GC.Collect(1, GCCollectionMode.Forced, blocking: true);
            // Rows that the user keeps are no garbage: looking at them again and again would only cost time.
            if (GC.GetGCMemoryInfo(GCKind.Ephemeral).PromotedBytes > _bytes * UsualSizeOfObjects) _interval *= 4;
        }

        _bytes = 0;
        _collections = GC.CollectionCount(0);
    }
}
