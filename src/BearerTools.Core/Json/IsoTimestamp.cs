namespace BearerTools.Json;

/// <summary>An ISO 8601 date and time, parsed by the rules that <see cref="JsonDate"/> describes.</summary>
internal readonly record struct IsoTimestamp(DateTime Time, TimeSpan? Offset, bool IsUtc)
{
    private const int FractionDigits = 7;

    /// <param name="text">At least <c>yyyy-MM-ddTHH:mm:ss</c>.</param>
    /// <param name="stamp">The result.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out IsoTimestamp stamp)
    {
        stamp = default;
        if (!TryReadDate(text, out var date)) return false;
        if (!Two(text, 11, out var hour) || !Two(text, 14, out var minute) || !Two(text, 17, out var second)) return false;
        if (text[13] != (byte)':' || text[16] != (byte)':' || hour > 24 || minute > 59 || second > 59) return false;
        if (hour == 24 && minute + second > 0) return false;

        text = text[19..];
        if (!TryReadFraction(ref text, out var fraction) || (hour == 24 && fraction > 0)) return false;
        var time = (hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute) + (second * TimeSpan.TicksPerSecond) + fraction;
        if (DateTime.MaxValue.Ticks - date.Ticks < time) return false;
        if (!TryReadZone(text, out var offset, out var isUtc)) return false;
        stamp = new IsoTimestamp(date.AddTicks(time), offset, isUtc);
        return true;
    }

    private static bool TryReadDate(ReadOnlySpan<byte> text, out DateTime date)
    {
        date = default;
        if (!Two(text, 0, out var century) || !Two(text, 2, out var year) || !Two(text, 5, out var month) || !Two(text, 8, out var day))
            return false;
        if (text[4] != (byte)'-' || text[7] != (byte)'-') return false;
        year += century * 100;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        date = new DateTime(year, month, day);
        return true;
    }

    private static bool TryReadFraction(ref ReadOnlySpan<byte> text, out int ticks)
    {
        ticks = 0;
        if (text.IsEmpty || text[0] != (byte)'.') return true;
        var digits = text[1..];
        var count = 0;
        while (count < Math.Min(FractionDigits, digits.Length) && digits[count] is >= (byte)'0' and <= (byte)'9')
            ticks = (ticks * 10) + digits[count++] - '0';
        for (var missing = count; missing < FractionDigits; missing++) ticks *= 10;
        text = digits[count..];
        return count > 0;
    }

    private static bool TryReadZone(ReadOnlySpan<byte> text, out TimeSpan? offset, out bool isUtc)
    {
        offset = null;
        isUtc = false;
        if (text.IsEmpty) return true;
        if (text[0] is (byte)'Z' or (byte)'z')
        {
            offset = TimeSpan.Zero;
            isUtc = true;
            return text.Length == 1;
        }

        var sign = text[0] switch { (byte)'+' => 1, (byte)'-' => -1, _ => 0 };
        var hours = 0;
        if (sign != 0 && text.Length >= 3 && Two(text, 1, out hours)) text = text[3..];
        else sign = 0;

        if (!text.IsEmpty && text[0] == (byte)':') text = text[1..];
        var minutes = 0;
        if (text.Length >= 2 && Two(text, 0, out minutes)) text = text[2..];
        if (sign != 0) offset = new TimeSpan(sign * hours, sign * minutes, 0);
        return text.IsEmpty;
    }

    private static bool Two(ReadOnlySpan<byte> text, int at, out int number)
    {
        var tens = text[at] - '0';
        var ones = text[at + 1] - '0';
        number = (tens * 10) + ones;
        return tens is >= 0 and <= 9 && ones is >= 0 and <= 9;
    }
}
