using System.Globalization;
using BearerTools.Storage;

namespace BearerTools.Redis;

/// <summary>How long an entry stays in the server after it was written.</summary>
internal static class EntryLife
{
    /// <summary>Of accounts, and of a login whose authority does not say how long its refresh token lasts.</summary>
    public static readonly TimeSpan Login = TimeSpan.FromDays(90);

    private static readonly TimeSpan s_unknown = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(400);

    /// <summary>Allows for clocks that differ. It is also the shortest life.</summary>
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(5);

    /// <summary>Members of a token response that say how long its refresh token lasts, in seconds; the standard has none.</summary>
    private static readonly string[] s_refreshLives = ["refresh_token_expires_in", "refresh_expires_in"];

    public static TimeSpan Of(StoredToken token, DateTimeOffset now)
    {
        var access = token.ExpiresOn is { } end ? end - now : s_unknown;
        if (access < TimeSpan.Zero) access = TimeSpan.Zero;
        var life = token.RefreshToken is null && token.AccountId is null ? access
            : Refresh(token) is { } seconds ? TimeSpan.FromSeconds(seconds)
            : Login;
        if (life < access) life = access;
        return life + s_margin < s_longest ? life + s_margin : s_longest;
    }

    private static double? Refresh(StoredToken token)
    {
        foreach (var name in s_refreshLives)
        {
            if (!token.Additional.Values.TryGetValue(name, out var value)) continue;
            var seconds = value switch
            {
                long whole => whole,
                double number => number,
                string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
                _ => 0,
            };
            if (seconds is > 0 && seconds < s_longest.TotalSeconds) return seconds;
        }

        return null;
    }
}
