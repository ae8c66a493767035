namespace BearerTools.Redis;

/// <summary>A slot for one message. It is disposed when the response has arrived or the message has failed.</summary>
/// <param name="owner">The slots that it is from.</param>
/// <param name="at">Its time, as a timestamp of this process.</param>
/// <param name="slice">The slice that it ends in, in the server; 0 if the server does not know it.</param>
internal sealed class PaceSlot(PaceSlots owner, long at, long slice) : IDisposable
{
    private int _isOver;

    public long At => at;

    /// <summary>The message has certainly arrived, so the slot ends one period from now.</summary>
    public void Dispose() => End(isUsed: true);

    /// <summary>No message was sent, so another one may be.</summary>
    public void Return() => End(isUsed: false);

    private void End(bool isUsed)
    {
        if (slice > 0 && Interlocked.Exchange(ref _isOver, 1) == 0) owner.Report(slice, isUsed);
    }
}
