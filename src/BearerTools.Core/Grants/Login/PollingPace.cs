namespace BearerTools.Grants.Login;

/// <summary>Computes the time between two polls of the token endpoint (RFC 8628 section 3.5).</summary>
internal sealed class PollingPace(TimeSpan interval)
{
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestBackOff = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_slowDown = TimeSpan.FromSeconds(5);

    private TimeSpan _interval = interval < s_shortest ? s_shortest : interval;
    private TimeSpan? _backOff;

    public TimeSpan Next => _backOff ?? _interval;

    /// <summary>Records a response that the user has not finished yet.</summary>
    public void Pending() => _backOff = null;

    /// <summary>Records a request to slow down, for this poll and all later ones.</summary>
    public void SlowDown()
    {
        _interval += s_slowDown;
        _backOff = null;
    }

    /// <summary>Records a failed poll: doubles the wait until there is a response again.</summary>
    public void BackOff()
    {
        var twice = Next * 2;
        _backOff = twice < s_longestBackOff ? twice : s_longestBackOff < _interval ? _interval : s_longestBackOff;
    }
}
