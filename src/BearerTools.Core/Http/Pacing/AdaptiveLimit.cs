namespace BearerTools.Http.Pacing;

/// <summary>
/// Adapts the number of concurrent requests to the server: raises it while requests succeed, lowers it on refusals and slow
/// responses. As in TCP (RFC 5681), it doubles each round until the first trouble; after that it returns quickly to a level known
/// to be safe, and beyond that adds one per second.
/// </summary>
internal sealed class AdaptiveLimit
{
    private const double First = 4;
    private const double AfterRefusal = 0.5;
    private const double AfterSlowness = 0.8;

    /// <summary>The fraction of the last troubled limit that is considered safe.</summary>
    private const double SafeFraction = 0.7;

    /// <summary>The minimum number of responses per round, so that one slow response among few decides nothing.</summary>
    private const int MinResponsesPerRound = 8;

    /// <summary>How much slower than its best average a server may be.</summary>
    private const double Slower = 2;

    /// <summary>Latency that a network and a busy client add without any fault of the server.</summary>
    private static readonly TimeSpan s_noise = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan s_probeInterval = TimeSpan.FromSeconds(1);

    private double _limit = First;
    private double _safeLimit = double.PositiveInfinity;
    private TimeSpan _best = TimeSpan.MaxValue;
    private TimeSpan _changed = TimeSpan.MinValue;
    private TimeSpan _sum;
    private int _responses;
    private bool _isUsed;

    /// <summary>The maximum number of concurrent requests, at least one.</summary>
    public int Maximum => (int)_limit;

    /// <summary>Records a response.</summary>
    /// <param name="sent">The time that its request was sent.</param>
    /// <param name="now">The time that it arrived.</param>
    /// <param name="inProgress">The number of requests in progress, including this one.</param>
    public void Completed(TimeSpan sent, TimeSpan now, int inProgress)
    {
        // The response reflects the limit before its last change.
        if (sent < _changed) return;
        _sum += now - sent;
        _responses++;
        _isUsed |= inProgress >= Maximum;
        if (_responses < Math.Max(MinResponsesPerRound, Maximum)) return;

        var average = _sum / _responses;
        var isUsed = _isUsed;
        StartRound();
        // The best average drifts towards the current one, so that a server that has become permanently slower is accepted.
        _best = average < _best ? average : _best + ((average - _best) * 0.02);
        if (average > (_best * Slower) + s_noise) Reduce(AfterSlowness, now);
        else if (isUsed) Grow(now);
    }

    /// <summary>Records a refusal: too many requests.</summary>
    public void Refused(TimeSpan sent, TimeSpan now)
    {
        // All requests in progress may be refused together: that counts as one refusal.
        if (sent >= _changed) Reduce(AfterRefusal, now);
    }

    private void Grow(TimeSpan now)
    {
        if (double.IsPositiveInfinity(_safeLimit)) _limit *= 2;
        else if (_limit + 1 <= _safeLimit) _limit++;
        else if (now - _changed >= s_probeInterval)
        {
            _limit++;
            _changed = now;
        }
    }

    private void Reduce(double factor, TimeSpan now)
    {
        _safeLimit = _limit * SafeFraction;
        _limit = Math.Max(1, _limit * factor);
        _changed = now;
        StartRound();
    }

    private void StartRound() => (_sum, _responses, _isUsed) = (TimeSpan.Zero, 0, false);
}
