namespace BearerTools.Tokens;

/// <summary>Decides which cache entries can be evicted. Pure functions.</summary>
internal static class CacheEviction
{
    /// <summary>How long an unused token is kept.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromHours(1);

    /// <summary>
    /// True if the entry holds no token and requests none, if its token has expired and cannot be renewed, or if the token has not been
    /// used for an hour and can be requested again without user interaction.
    /// </summary>
    public static bool IsDue(TokenEntry entry, DateTimeOffset now)
    {
        if (entry.IsRequesting) return false;
        if (entry.Current is not { } current) return true;
        if (!RenewalPolicy.IsValid(current, now) && !entry.CanRenew) return true;
        return entry.Source.CanStartOver && now - entry.LastUse >= IdleTime;
    }

    /// <summary>
    /// The entries in order of eviction: first those that can be requested again without user interaction, then by last use.
    /// </summary>
    public static IEnumerable<TokenEntry> Order(IEnumerable<TokenEntry> entries) =>
        entries.Where(entry => !entry.IsRequesting).OrderByDescending(entry => entry.Source.CanStartOver).ThenBy(entry => entry.LastUse);
}
