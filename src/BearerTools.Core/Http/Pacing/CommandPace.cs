using BearerTools.Security;

namespace BearerTools.Http.Pacing;

/// <summary>One command's share in the pacing of the origins it sends to. Its limits apply to all commands while it runs.</summary>
internal sealed class CommandPace(OriginPaces paces, PaceOptions demand) : IDisposable
{
    private readonly Dictionary<Origin, OriginPace> _joined = [];
    private volatile KnownPace? _last;
    private bool _isOver;

    public OriginPace Of(Origin origin)
    {
        if (_last is { } last && last.Origin == origin && !last.Pace.IsEvicted) return last.Pace;
        var pace = paces.Of(origin);
        if (!demand.IsNone) Join(origin, pace);
        _last = new KnownPace(origin, pace);
        return pace;
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

    /// <summary>The last origin's pace: usually all requests of a command go to one origin.</summary>
    private sealed record KnownPace(Origin Origin, OriginPace Pace);
}
