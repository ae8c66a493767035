namespace BearerTools.Grants.Login;

/// <summary>How long to wait between two questions whether a person has finished (RFC 8628 section 3.5).</summary>
internal sealed class PollingPace(TimeSpan interval)
{
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestBackOff = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_slowDown = TimeSpan.FromSeconds(5);

    private TimeSpan _interval = interval < s_shortest ? s_shortest : interval;
    private TimeSpan? _backOff;

    public TimeSpan Next => _backOff ?? _interval;

    /// <summary>Not yet: the server is there.</summary>
    public void Pending() => _backOff = null;

    /// <summary>For this question and all that follow.</summary>
    public void SlowDown()
    {
        _interval += s_slowDown;
        _backOff = null;
    }

    /// <summary>No answer, or one that is no fault of ours: each time twice as long, until there is one.</summary>
    public void BackOff()
    {
        var twice = Next * 2;
        _backOff = twice < s_longestBackOff ? twice : s_longestBackOff < _interval ? _interval : s_longestBackOff;
    }
}
