using BearerTools.Security;

namespace BearerTools.Http.Pacing;

/// <summary>One command's share in the pacing of the origins it sends to. Its limits apply to all commands while it runs.</summary>
/// <param name="paces">The paces of this process.</param>
/// <param name="demand">The command's limits.</param>
/// <param name="shared">What other processes are respected with, or <see langword="null"/>.</param>
internal sealed class CommandPace(OriginPaces paces, PaceOptions demand, ISharedPace? shared = null) : IDisposable
{
    private readonly Dictionary<Origin, OriginPace> _joined = [];
    private volatile KnownLane? _last;
    private bool _isOver;

    /// <summary>What other processes are respected with, or <see langword="null"/>.</summary>
    public ISharedPace? Shared => shared;

    /// <summary>The rate that the command demands, or <see langword="null"/>.</summary>
    public RateLimit? Rate => demand.Rate;

    /// <summary>The lane for requests to an origin.</summary>
    /// <param name="origin">The origin.</param>
    /// <param name="fingerprint">The fingerprint of the token; empty for requests without one.</param>
    public PaceLane Of(Origin origin, string fingerprint)
    {
        if (_last is { } last && last.Fingerprint == fingerprint && last.Origin == origin && !last.Lane.IsEvicted) return last.Lane;
        var pace = paces.Of(origin);
        if (!demand.IsNone) Join(origin, pace);
        var lane = pace.Lane(fingerprint, demand.MaxQuotaWait);
        _last = new KnownLane(origin, fingerprint, lane);
        return lane;
    }

    /// <summary>Withdraws the command's limits.</summary>
    public void Dispose()
    {
        lock (_joined)
        {
            _isOver = true;
            foreach (var pace in _joined.Values) pace.Quit(demand);
            _joined.Clear();
        }
    }

    private void Join(Origin origin, OriginPace pace)
    {
        lock (_joined)
        {
            if (!_isOver && _joined.TryAdd(origin, pace)) pace.Join(demand);
        }
    }

    /// <summary>The last lane: usually all requests of a command go to one origin with one token.</summary>
    private sealed record KnownLane(Origin Origin, string Fingerprint, PaceLane Lane);
}
