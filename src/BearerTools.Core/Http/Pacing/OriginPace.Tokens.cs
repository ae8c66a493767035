namespace BearerTools.Http.Pacing;

/// <content>The limits of each token.</content>
internal sealed partial class OriginPace
{
    /// <summary>The maximum number of tokens remembered; beyond that, the least recently used are forgotten.</summary>
    public const int MaxTokens = 32;

    private readonly Dictionary<string, ServerLimits> _tokens = new(StringComparer.Ordinal);

    /// <summary>The lane for requests with a token.</summary>
    /// <param name="fingerprint">The fingerprint of the token; empty for requests without one.</param>
    /// <param name="maxQuotaWait">The longest wait that the user allows for a quota, or <see langword="null"/>.</param>
    public PaceLane Lane(string fingerprint, TimeSpan? maxQuotaWait)
    {
        lock (_gate)
        {
            if (!_tokens.TryGetValue(fingerprint, out var limits))
            {
                EvictTokens();
                _tokens[fingerprint] = limits = new ServerLimits();
            }

            limits.LastUse = Now;
            return new PaceLane(this, limits, new QuotaScope(maxQuotaWait, null));
        }
    }

    /// <summary>
    /// The lane that the request waits in: that of its partitions, if the API has any, and one that others wait in already.
    /// </summary>
    private PaceLane ActualLane(PaceLane lane, Uri? address)
    {
        if (address is not null && lane.Limits.PartitionsOf(address) is { } partitions)
            lane = new PaceLane(this, lane.Limits, lane.Scope with { Partitions = partitions });
        foreach (var other in _lanes)
        {
            if (other.Limits == lane.Limits && other.Scope == lane.Scope) return other;
        }

        return lane;
    }

    private int InProgress()
    {
        var all = 0;
        foreach (var limits in _tokens.Values) all += limits.InProgress;
        return all;
    }

    private bool AreNone(TimeSpan now)
    {
        var none = _limits.AreNone() && _everyone.AreNone(now, InProgress());
        foreach (var limits in _tokens.Values) none &= limits.AreNone(now, limits.InProgress);
        return none;
    }

    /// <summary>Makes room for a token: first those that nothing limits, then the least recently used.</summary>
    private void EvictTokens()
    {
        if (_tokens.Count < MaxTokens) return;
        var now = Now;
        var inOrder = _tokens.OrderByDescending(token => token.Value.HaveEnded(now)).ThenBy(token => token.Value.LastUse).ToArray();
        foreach (var (fingerprint, limits) in inOrder)
        {
            if (_tokens.Count < MaxTokens) return;
            if (limits.InProgress > 0 || _lanes.Exists(lane => lane.Limits == limits)) continue;
            limits.IsEvicted = true;
            _tokens.Remove(fingerprint);
        }
    }
}
