namespace BearerTools.Running;

/// <summary>The time that recent jobs took: a moving average in which the last one counts half.</summary>
/// <param name="time">The clock.</param>
internal sealed class RecentLatency(TimeProvider time)
{
    /// <summary>The average; <see langword="null"/> before the first job is done.</summary>
    public TimeSpan? Value { get; private set; }

    /// <summary>Returns the time at which a job begins.</summary>
    public long Begin() => time.GetTimestamp();

    /// <param name="began">The time at which the job began.</param>
    public void End(long began)
    {
        var took = time.GetElapsedTime(began);
        Value = Value is { } value ? (value + took) / 2 : took;
    }
}
