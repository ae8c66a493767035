using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>
/// Where a token may go: to the base its user named; without one to the origins it is for by its nature, such as that of
/// its login; without those to the first origin it is sent to. Nowhere else, unless the user adds to it.
/// </summary>
/// <param name="natural">The origins it is for by its nature; mostly none.</param>
internal sealed class OriginBinding(IEnumerable<Origin> natural)
{
    private readonly object _gate = new();
    private readonly Origin[] _natural = [.. natural.Distinct()];
    private volatile Origin[] _allowed = [];

    public IReadOnlyList<Origin> Allowed => _allowed.Length > 0 ? _allowed : _natural;

    /// <summary>The user's base: the token is for it, whatever its nature.</summary>
    public void BindTo(Origin origin)
    {
        lock (_gate) Add(origin);
    }

    /// <summary>The user's word that the token may go there too.</summary>
    public void Allow(Origin origin)
    {
        lock (_gate)
        {
            if (_allowed.Length == 0) _allowed = _natural;
            Add(origin);
        }
    }

    /// <summary>Whether the token may go there; binds a token that is not bound yet.</summary>
    public bool Admits(Origin origin)
    {
        if (Array.IndexOf(_allowed, origin) >= 0) return true;
        lock (_gate)
        {
            if (_allowed.Length == 0) _allowed = _natural.Length > 0 ? _natural : [origin];
            return Array.IndexOf(_allowed, origin) >= 0;
        }
    }

    private void Add(Origin origin)
    {
        if (Array.IndexOf(_allowed, origin) < 0) _allowed = [.. _allowed, origin];
    }
}
