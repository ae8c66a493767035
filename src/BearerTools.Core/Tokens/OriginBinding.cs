namespace BearerTools.Tokens;

/// <summary>
/// Where a token may go. It starts with the origins its user or its login named; when there are none, the first
/// origin it is sent to becomes the only one.
/// </summary>
internal sealed class OriginBinding
{
    private readonly object _gate = new();
    private volatile Origin[] _allowed;

    public OriginBinding(IEnumerable<Origin> origins) => _allowed = [.. origins.Distinct()];

    public IReadOnlyList<Origin> Allowed => _allowed;

    /// <summary>The user's word that the token may go there.</summary>
    public void Allow(Origin origin)
    {
        lock (_gate)
        {
            if (Array.IndexOf(_allowed, origin) < 0) _allowed = [.. _allowed, origin];
        }
    }

    /// <summary>Whether the token may go there; binds a token that is not bound yet.</summary>
    public bool Admits(Origin origin)
    {
        if (Array.IndexOf(_allowed, origin) >= 0) return true;
        lock (_gate)
        {
            if (_allowed.Length > 0) return Array.IndexOf(_allowed, origin) >= 0;
            _allowed = [origin];
            return true;
        }
    }
}
