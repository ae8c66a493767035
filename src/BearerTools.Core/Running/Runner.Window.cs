namespace BearerTools.Running;

/// <content>How many inputs are read ahead, and whether the results of the last one are waited for.</content>
internal sealed partial class Runner
{
    private readonly InputWindow _window = new(limits);
    private readonly RecentLatency _latency = new(time ?? TimeProvider.System);
    private JobOutput? _last;
    private bool _lastMayModify;
    private bool _waitsForCapacity;

    /// <summary>The time that recent jobs took; <see langword="null"/> before the first one is done.</summary>
    public TimeSpan? RecentLatency
    {
        get
        {
            lock (_gate) return _latency.Value;
        }
    }

    /// <summary>True if results of the job that was added last are to come, and no other job keeps them from being written.</summary>
    public bool AwaitsLast
    {
        get
        {
            lock (_gate)
            {
                return _last is not null
                    && (!_last.IsDone || _last.Count > 0)
                    && (!limits.InOrder || ReferenceEquals(_order.Head, _last));
            }
        }
    }

    private WindowState State => new(_order.Count, _pending.Count, _added - _order.Count, _waitingBytes, _order.HasNext);
}
