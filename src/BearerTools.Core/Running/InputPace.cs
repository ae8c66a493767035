namespace BearerTools.Running;

/// <summary>
/// Decides how long a command waits for the response to an input before it asks for the next input. PowerShell can only write output while
/// it processes input, so when inputs come slowly, a response that arrives between two of them would be written with the next one.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class InputPace(TimeProvider time)
{
    /// <summary>The delay of a result that is accepted without waiting, and of a response that is waited for.</summary>
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMilliseconds(50);

    /// <summary>The maximum wait while the latency is not known: the first request may have to connect and to get a token.</summary>
    private static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(500);

    private long _left = time.GetTimestamp();
    private TimeSpan? _before;
    private bool _hasInput;

    /// <summary>The time that the last input took to arrive, after the command was ready for it.</summary>
    public TimeSpan Came { get; private set; }

    /// <summary>True if inputs come slowly enough that <see cref="WaitFor"/> may return a wait.</summary>
    public bool IsSlow => Interval > s_tolerance;

    /// <summary>One input that is late, as after a pause of the garbage collector, does not make a slow producer.</summary>
    private TimeSpan Interval => _before < Came ? _before.Value : Came;

    /// <summary>An input has arrived.</summary>
    public void Arrive()
    {
        if (_hasInput) _before = Came;
        _hasInput = true;
        Came = time.GetElapsedTime(_left);
    }

    /// <summary>The command is ready for the next input.</summary>
    public void Leave() => _left = time.GetTimestamp();

    /// <summary>
    /// Returns how long to wait for the response to this input: at most half of the time that inputs take to arrive, and not at all if they
    /// come quickly.
    /// </summary>
    /// <param name="latency">The recent latency of responses; <see langword="null"/> if there was none.</param>
    public TimeSpan WaitFor(TimeSpan? latency)
    {
        var interval = Interval;
        if (interval - (latency ?? TimeSpan.Zero) <= s_tolerance || interval < 2 * latency) return TimeSpan.Zero;
        var wait = latency is null ? s_firstWait : Max(2 * latency.Value, s_tolerance);
        return Min(wait, interval / 2);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
