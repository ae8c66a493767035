namespace BearerTools.Tokens;

/// <summary>Converts seconds since 1970 (NumericDate, RFC 7519 section 2) to times.</summary>
internal static class UnixTime
{
    private const double LatestSecond = 253_402_300_799; // the end of the year 9999

    public static DateTimeOffset? From(double seconds) => seconds is >= 0 and <= LatestSecond
        ? DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Floor(seconds * 1000))
        : null;
}
