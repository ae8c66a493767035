namespace BearerTools.Running;

/// <summary>Whose items are given out next: in the order of the inputs, or of whoever has something first.</summary>
internal sealed class OutputOrder(bool inOrder)
{
    /// <summary>In order: all. Else: those that have something.</summary>
    private readonly Queue<JobOutput> _queue = new();
    private int _count;

    /// <summary>How many jobs are under way or wait for their turn.</summary>
    public int Count => _count;

    /// <summary>The one that all others wait for; nothing when nobody waits for another.</summary>
    public JobOutput? Head => inOrder && _queue.TryPeek(out var head) ? head : null;

    /// <summary>Whether there is something to give out.</summary>
    public bool HasNext => _queue.TryPeek(out var next) && (next.Count > 0 || next.IsDone || next.Pause is not null);

    /// <summary>Those that may have something to give out.</summary>
    public IEnumerable<JobOutput> All => _queue;

    public void Add(JobOutput output)
    {
        _count++;
        if (inOrder) _queue.Enqueue(output);
    }

    /// <summary>There is something of a job.</summary>
    /// <returns>Whether it can be given out now.</returns>
    public bool MarkReady(JobOutput output)
    {
        if (inOrder) return ReferenceEquals(_queue.Peek(), output);
        if (!output.IsQueued) _queue.Enqueue(output);
        return output.IsQueued = true;
    }

    /// <summary>The next that has something. In order it keeps its turn until it is done.</summary>
    public bool TryNext(out JobOutput next)
    {
        next = null!;
        if (!HasNext) return false;
        next = inOrder ? _queue.Peek() : _queue.Dequeue();
        next.IsQueued = false;
        return true;
    }

    /// <summary>A job is done, and all that it said has been given out.</summary>
    public void Leave()
    {
        _count--;
        if (inOrder) _queue.Dequeue();
    }
}
