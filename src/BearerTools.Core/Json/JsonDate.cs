namespace BearerTools.Json;

/// <summary>
/// Converts strings that ConvertFrom-Json treats as dates. The rules are those of Newtonsoft.Json, oddities included: a fraction of nine
/// digits is a date without a <c>Z</c> and a string with one. Where ConvertFrom-Json fails completely (dates after the year 9999, offsets
/// beyond 14 hours), the text stays a string.
/// </summary>
internal static class JsonDate
{
    private const int ShortestDate = 9;
    private const int LongestIsoDate = 40;
    private const int LongestDate = 64;

    public static object? Read(ReadOnlySpan<byte> text, bool escaped, JsonDateKind kind)
    {
        // Rules out most strings cheaply.
        if (kind == JsonDateKind.String || text.Length < ShortestDate) return null;
        if (!escaped) return IsIso(text) ? Iso(text, kind) : IsMicrosoft(text) ? Microsoft(text, kind) : null;
        return text.Length <= LongestDate * 6 && text[0] is (byte)'\\' or (byte)'/' or (>= (byte)'0' and <= (byte)'9')
            ? Unescaped(text, kind)
            : null;
    }

    private static object? Unescaped(ReadOnlySpan<byte> escaped, JsonDateKind kind)
    {
        var text = JsonText.Decode(escaped, escaped: true);
        if (text.Length > LongestDate) return null;
        Span<byte> bytes = stackalloc byte[LongestDate];
        for (var i = 0; i < text.Length; i++) bytes[i] = text[i] < 0x80 ? (byte)text[i] : (byte)0;
        return Read(bytes[..text.Length], escaped: false, kind);
    }

    private static bool IsIso(ReadOnlySpan<byte> text) =>
        text.Length is >= 19 and <= LongestIsoDate && text[10] == (byte)'T' && text[0] is >= (byte)'0' and <= (byte)'9';

    private static bool IsMicrosoft(ReadOnlySpan<byte> text) =>
        text[0] == (byte)'/' && text.StartsWith("/Date("u8) && text.EndsWith(")/"u8);

    private static object? Iso(ReadOnlySpan<byte> text, JsonDateKind kind)
    {
        if (!IsoTimestamp.TryRead(text, out var stamp)) return null;
        if (kind == JsonDateKind.Offset) return WithOffset(stamp.Time, stamp.Offset ?? TimeZoneInfo.Local.GetUtcOffset(stamp.Time));
        if (stamp.IsUtc) return InKind(new DateTime(stamp.Time.Ticks, DateTimeKind.Utc), kind);
        return InKind(stamp.Offset is { } offset ? Local(stamp.Time, offset) : stamp.Time, kind);
    }

    /// <summary>Milliseconds since 1970 in UTC. An offset only tells how the server would display it.</summary>
    private static object? Microsoft(ReadOnlySpan<byte> text, JsonDateKind kind)
    {
        var inner = text["/Date(".Length..^1];
        inner = inner[..^1];
        var sign = inner[1..].IndexOf((byte)'+') + 1;
        if (sign == 0) sign = inner[1..].IndexOf((byte)'-') + 1;

        TimeSpan? offset = null;
        if (sign > 0)
        {
            if (!TryReadOffset(inner[sign..], out var read)) return null;
            offset = read;
            inner = inner[..sign];
        }

        if (!TryReadInteger(inner, out var milliseconds)) return null;
        if (milliseconds is < -62_135_596_800_000 or > 253_402_300_799_999) return null;
        var utc = DateTime.UnixEpoch.AddTicks(milliseconds * TimeSpan.TicksPerMillisecond);
        if (kind == JsonDateKind.Offset) return FromUtc(utc, offset ?? TimeSpan.Zero);
        return InKind(offset is null ? utc : utc.ToLocalTime(), kind);
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = default;
        if (text.Length < 3 || !TryReadInteger(text[1..3], out var hours)) return false;
        var minutes = 0L;
        if (text.Length > 3 && (text.Length < 5 || !TryReadInteger(text[3..5], out minutes))) return false;
        offset = new TimeSpan((int)hours, (int)minutes, 0);
        if (text[0] == (byte)'-') offset = -offset;
        return true;
    }

    private static bool TryReadInteger(ReadOnlySpan<byte> text, out long value) =>
        System.Buffers.Text.Utf8Parser.TryParse(text, out value, out var read) && read == text.Length && text[0] != (byte)'+';

    private static DateTime Local(DateTime time, TimeSpan offset)
    {
        var ticks = time.Ticks - offset.Ticks;
        if (ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks)
            return new DateTime(ticks, DateTimeKind.Utc).ToLocalTime();
        ticks += TimeZoneInfo.Local.GetUtcOffset(time).Ticks;
        return new DateTime(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), DateTimeKind.Local);
    }

    private static DateTime InKind(DateTime time, JsonDateKind kind) => kind switch
    {
        JsonDateKind.Local when time.Kind == DateTimeKind.Unspecified => DateTime.SpecifyKind(time, DateTimeKind.Local),
        JsonDateKind.Local => time.ToLocalTime(),
        JsonDateKind.Utc when time.Kind == DateTimeKind.Unspecified => DateTime.SpecifyKind(time, DateTimeKind.Utc),
        JsonDateKind.Utc => time.ToUniversalTime(),
        _ => time,
    };

    private static DateTimeOffset? WithOffset(DateTime time, TimeSpan offset)
    {
        var ticks = time.Ticks - offset.Ticks;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks || offset.Duration() > TimeSpan.FromHours(14)) return null;
        return new DateTimeOffset(time.Ticks, offset);
    }

    private static DateTimeOffset? FromUtc(DateTime utc, TimeSpan offset)
    {
        var ticks = utc.Ticks + offset.Ticks;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) return null;
        return WithOffset(new DateTime(ticks), offset);
    }
}
