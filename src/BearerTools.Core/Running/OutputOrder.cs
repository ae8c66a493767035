namespace BearerTools.Running;

/// <summary>Decides whose items are written next: in the order of the inputs, or of the first to have some.</summary>
internal sealed class OutputOrder(bool inOrder)
{
    /// <summary>In order: all jobs. Otherwise: those that have items.</summary>
    private readonly Queue<JobOutput> _queue = new();
    private int _count;

    /// <summary>The number of jobs in progress or waiting for their turn.</summary>
    public int Count => _count;

    /// <summary>The job that all others wait for; <see langword="null"/> if output is unordered.</summary>
    public JobOutput? Head => inOrder && _queue.TryPeek(out var head) ? head : null;

    /// <summary>True if there are items to write.</summary>
    public bool HasNext => _queue.TryPeek(out var next) && (next.Count > 0 || next.IsDone || next.Pause is not null);

    /// <summary>The jobs that may have items to write.</summary>
    public IEnumerable<JobOutput> All => _queue;

    public void Add(JobOutput output)
    {
        _count++;
        if (inOrder) _queue.Enqueue(output);
    }

    /// <summary>Marks that a job has items.</summary>
    /// <returns>True if they can be written now.</returns>
    public bool MarkReady(JobOutput output)
    {
        if (inOrder) return ReferenceEquals(_queue.Peek(), output);
        if (!output.IsQueued) _queue.Enqueue(output);
        return output.IsQueued = true;
    }

    /// <summary>Returns the next job that has items. In order, a job keeps its turn until it is done.</summary>
    public bool TryNext(out JobOutput next)
    {
        next = null!;
        if (!HasNext) return false;
        next = inOrder ? _queue.Peek() : _queue.Dequeue();
        next.IsQueued = false;
        return true;
    }

    /// <summary>Removes a job that is done and whose items have been taken.</summary>
    public void Leave()
    {
        _count--;
        if (inOrder) _queue.Dequeue();
    }
}
