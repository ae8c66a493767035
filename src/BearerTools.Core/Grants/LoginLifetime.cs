using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Reads a token's expiry time from proprietary responses: seconds from now, a Unix time in seconds or milliseconds, an ISO
/// 8601 time (UTC if it has no offset), or a text such as <c>1h</c>.
/// </summary>
internal sealed partial class LoginLifetime(DateTimeOffset sent, HttpResponseHeaders headers, IEventSink events)
{
    /// <summary>Numbers from here on are Unix times: as a lifetime, they would be decades.</summary>
    private const double SmallestMoment = 1e9;

    /// <summary>Numbers from here on are milliseconds: in seconds, they would be the year 5138.</summary>
    private const double SmallestMillisecondMoment = 1e11;

    private static readonly string[] s_names =
        ["expires_in", "expiresIn", "expires_at", "expiresAt", "expires_on", "expiresOn", "expires", "expiration", "expiry", "exp"];

    /// <summary>True if the response names a time of the server's clock instead of a lifetime.</summary>
    public bool IsAbsolute { get; private set; }

    /// <param name="root">The whole response.</param>
    /// <param name="beside">The object that contains the token.</param>
    public DateTimeOffset? Read(JsonElement root, JsonElement beside)
    {
        foreach (var place in new[] { beside, root })
        {
            foreach (var name in s_names)
            {
                if (JsonPath.Member(place, name) is { } value && Time(value, name) is { } end) return end;
            }
        }

        return null;
    }

    /// <param name="value">A lifetime or a time.</param>
    /// <param name="name">Its name or path.</param>
    public DateTimeOffset? Time(JsonElement value, string name)
    {
        IsAbsolute = false;
        var end = value.ValueKind switch
        {
            JsonValueKind.Number => Number(value.GetDouble()),
            JsonValueKind.String => Text(value.GetString()!.Trim()),
            _ => null,
        };
        if (end is null && events.IsEnabled(EventLevel.Verbose)) events.Write(new LoginExpiryInvalid(name));
        return end;
    }

    private DateTimeOffset? Number(double number) => number switch
    {
        >= SmallestMillisecondMoment => Absolute(UnixTime.From(number / 1000)),
        >= SmallestMoment => Absolute(UnixTime.From(number)),
        >= 0 => sent.AddSeconds(number),
        _ => null,
    };

    private DateTimeOffset? Text(string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return Number(number);
        if (Span().Match(text) is { Success: true } span)
        {
            var unit = span.Groups[2].Value[0] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 86400 };
            return Number(double.Parse(span.Groups[1].Value, CultureInfo.InvariantCulture) * unit);
        }

        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? Absolute(time)
            : null;
    }

    private DateTimeOffset? Absolute(DateTimeOffset? time)
    {
        IsAbsolute = time is not null;
        return time is { } end ? ServerClock.ToLocal(end, sent, headers) : null;
    }

    [GeneratedRegex(@"^(\d{1,6})\s*([smhd])$", RegexOptions.CultureInvariant)]
    private static partial Regex Span();
}
