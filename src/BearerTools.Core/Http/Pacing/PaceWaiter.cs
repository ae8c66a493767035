namespace BearerTools.Http.Pacing;

/// <summary>A message that waits for its permit.</summary>
/// <param name="gate">The lock of the origin's pace.</param>
/// <param name="lane">The lane that it waits in.</param>
/// <param name="ticket">The place in the order of arrival at the origin.</param>
/// <param name="givesUpAt">The time at which it gives up.</param>
internal sealed class PaceWaiter(object gate, PaceLane lane, long ticket, TimeSpan givesUpAt)
    : TaskCompletionSource<Permit>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public long Ticket => ticket;

    public TimeSpan GivesUpAt => givesUpAt;

    public LinkedListNode<PaceWaiter>? Node { get; set; }

    public async ValueTask<Permit> WaitAsync(IProgressSink? progress, CancellationToken cancel)
    {
        using var registration = cancel.UnsafeRegister(static (waiter, token) => ((PaceWaiter)waiter!).Leave(token), this);
        try
        {
            return await Task.ConfigureAwait(false);
        }
        finally
        {
            progress?.Show(null);
        }
    }

    private void Leave(CancellationToken token)
    {
        lock (gate)
        {
            // A waiter that has left the queue has already been admitted or rejected.
            if (Node!.List is null) return;
            lane.Waiting.Remove(Node);
        }

        TrySetCanceled(token);
    }
}
