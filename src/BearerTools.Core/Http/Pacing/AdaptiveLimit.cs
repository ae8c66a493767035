namespace BearerTools.Http.Pacing;

/// <summary>
/// How many requests at once a server bears, found out by trying: more while all is well, fewer when it refuses or slows
/// down. As TCP does it (RFC 5681): twice as many each round until the first trouble; from then on quickly to where it was
/// well, and beyond that one more a second.
/// </summary>
internal sealed class AdaptiveLimit
{
    private const double First = 4;
    private const double AfterRefusal = 0.5;
    private const double AfterSlowness = 0.8;

    /// <summary>Up to this part of where the last trouble was, all was well.</summary>
    private const double Familiar = 0.7;

    /// <summary>The shortest round, so that one slow answer of a few is no verdict.</summary>
    private const int FewestOfARound = 8;

    /// <summary>How much slower than at its best a server may be.</summary>
    private const double Slower = 2;

    /// <summary>What a network and a busy client add without any fault of the server.</summary>
    private static readonly TimeSpan s_noise = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan s_carefulStep = TimeSpan.FromSeconds(1);

    private double _limit = First;
    private double _familiar = double.PositiveInfinity;
    private TimeSpan _best = TimeSpan.MaxValue;
    private TimeSpan _changed = TimeSpan.MinValue;
    private TimeSpan _sum;
    private int _responses;
    private bool _isUsed;

    /// <summary>How many may be under way, at least one.</summary>
    public int Maximum => (int)_limit;

    /// <summary>An answer came.</summary>
    /// <param name="sent">When its request went out.</param>
    /// <param name="now">When it came.</param>
    /// <param name="inProgress">How many were under way with it.</param>
    public void Responded(TimeSpan sent, TimeSpan now, int inProgress)
    {
        // It tells of how it was before the last change.
        if (sent < _changed) return;
        _sum += now - sent;
        _responses++;
        _isUsed |= inProgress >= Maximum;
        if (_responses < Math.Max(FewestOfARound, Maximum)) return;

        var average = _sum / _responses;
        var isUsed = _isUsed;
        StartRound();
        // What is best drifts to what is usual: a server that has become slower for good is not waited for.
        _best = average < _best ? average : _best + ((average - _best) * 0.02);
        if (average > (_best * Slower) + s_noise) Cut(AfterSlowness, now);
        else if (isUsed) Grow(now);
    }

    /// <summary>The server refused: too many.</summary>
    public void Refused(TimeSpan sent, TimeSpan now)
    {
        // All that were under way may be refused: that is one refusal.
        if (sent >= _changed) Cut(AfterRefusal, now);
    }

    private void Grow(TimeSpan now)
    {
        if (double.IsPositiveInfinity(_familiar)) _limit *= 2;
        else if (_limit + 1 <= _familiar) _limit++;
        else if (now - _changed >= s_carefulStep)
        {
            _limit++;
            _changed = now;
        }
    }

    private void Cut(double factor, TimeSpan now)
    {
        _familiar = _limit * Familiar;
        _limit = Math.Max(1, _limit * factor);
        _changed = now;
        StartRound();
    }

    private void StartRound() => (_sum, _responses, _isUsed) = (TimeSpan.Zero, 0, false);
}
