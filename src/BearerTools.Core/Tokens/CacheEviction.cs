namespace BearerTools.Tokens;

/// <summary>Which entries the cache need not keep: arithmetic only.</summary>
internal static class CacheEviction
{
    /// <summary>How long a token is kept that is not used.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromHours(1);

    /// <summary>
    /// True if the entry holds no token and requests none, if its token has expired and cannot be renewed, or if the token was not used
    /// for an hour and can be requested again without user interaction.
    /// </summary>
    public static bool IsDue(TokenEntry entry, DateTimeOffset now)
    {
        if (entry.IsRequesting) return false;
        if (entry.Current is not { } current) return true;
        if (!RenewalPolicy.IsValid(current, now) && !entry.CanRenew) return true;
        return entry.Source.CanStartOver && now - entry.LastUse >= IdleTime;
    }

    /// <summary>The entries in the order in which they go when there are too many: first those that can be requested again, then by their last use.</summary>
    public static IEnumerable<TokenEntry> Order(IEnumerable<TokenEntry> entries) =>
        entries.Where(entry => !entry.IsRequesting).OrderByDescending(entry => entry.Source.CanStartOver).ThenBy(entry => entry.LastUse);
}
