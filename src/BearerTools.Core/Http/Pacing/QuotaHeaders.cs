using System.Globalization;
using System.Net.Http.Headers;
using BearerTools.Security;

namespace BearerTools.Http.Pacing;

/// <summary>
/// Reads what is left of an API's quotas from response headers: <c>RateLimit</c> and <c>RateLimit-Policy</c>
/// (draft-ietf-httpapi-ratelimit-headers), <c>RateLimit-Remaining</c> and <c>RateLimit-Reset</c> (the same up to draft 06),
/// and the common <c>X-RateLimit-*</c> or <c>X-Rate-Limit-*</c>, whose reset is a number of seconds or a point in time.
/// </summary>
internal static class QuotaHeaders
{
    private const int LongestName = 80;

    /// <summary>Larger numbers are Unix times: as a number of seconds it would be thirty years.</summary>
    private const double FirstUnixTime = 1e9;

    /// <summary>Larger numbers are Unix times in milliseconds.</summary>
    private const double FirstUnixTimeInMilliseconds = 1e11;

    /// <summary>The unit of quotas that count requests; others, such as <c>content-bytes</c>, say nothing about the next request.</summary>
    private const string Requests = "requests";

    /// <summary>Returns the quotas; mostly none, in which case the cost is one look at each header's name.</summary>
    /// <param name="headers">The headers of a response.</param>
    /// <param name="time">The local clock, for servers that send no Date.</param>
    public static IReadOnlyList<QuotaReading> Read(HttpResponseHeaders headers, TimeProvider time)
    {
        foreach (var header in headers.NonValidated)
        {
            if (IsQuotaHeader(header.Key)) return ReadAll(headers, headers.Date ?? time.GetUtcNow());
        }

        return [];
    }

    private static bool IsQuotaHeader(string name) =>
        name.StartsWith("RateLimit", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-Rate", StringComparison.OrdinalIgnoreCase);

    private static List<QuotaReading> ReadAll(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var readings = new List<QuotaReading>();
        if (Text(headers, "RateLimit") is { } current) ReadItems(current, Text(headers, "RateLimit-Policy"), readings);
        else ReadFields(headers, "RateLimit-", now, readings);
        ReadFields(headers, "X-RateLimit-", now, readings);
        ReadFields(headers, "X-Rate-Limit-", now, readings);
        return readings;
    }

    /// <summary>Parses <c>"default";r=50;t=30</c>, one or several, or draft 07's <c>limit=100, remaining=50, reset=30</c>.</summary>
    private static void ReadItems(string text, string? policies, List<QuotaReading> readings)
    {
        if (Parameter(text, "remaining", ',') is { } remaining)
        {
            if (ServerValue.Number(Parameter(text, "reset", ',') ?? string.Empty) is { } reset and < FirstUnixTime)
                Add(readings, new QuotaReading(string.Empty, 0, default), remaining, reset);
            return;
        }

        foreach (var item in Split(text, ','))
        {
            var name = NameOf(item);
            var policy = Split(policies ?? string.Empty, ',').FirstOrDefault(policy => NameOf(policy) == name);
            if (Unquoted(Parameter(item, "qu", ';') ?? Parameter(policy, "qu", ';')) is not (null or Requests)) continue;
            // Without a reset of its own, the quota is full again after its policy's window at the latest.
            var reset = Parameter(item, "t", ';') ?? Parameter(policy, "w", ';');
            // Each partition has a quota of its own.
            var partition = Parameter(item, "pk", ';') ?? Parameter(policy, "pk", ';');
            if (ServerValue.Number(reset ?? string.Empty) is not { } seconds || seconds >= FirstUnixTime) continue;
            var reading = new QuotaReading($"{name};{partition}", 0, default, Shown(name), partition is not null);
            Add(readings, reading, Parameter(item, "r", ';'), seconds);
        }
    }

    /// <summary>
    /// The policies whose quota is exhausted, with their size if the response says it, such as <c>'burst' (100 requests in 60 s)</c>.
    /// </summary>
    public static IReadOnlyList<string> UsedUp(HttpResponseHeaders headers)
    {
        if (Text(headers, "RateLimit") is not { } current) return [];
        return [.. Split(current, ',')
            .Where(item => ServerValue.Number(Parameter(item, "r", ';') ?? string.Empty) == 0 && NameOf(item).Length > 0)
            .Select(item => Described(headers, NameOf(item)))];
    }

    /// <summary>A policy's name, with its size if the response says it.</summary>
    public static string Described(HttpResponseHeaders headers, string name)
    {
        var policy = Split(Text(headers, "RateLimit-Policy") ?? string.Empty, ',').FirstOrDefault(policy => NameOf(policy) == name);
        if (ServerValue.Number(Parameter(policy, "q", ';') ?? string.Empty) is not { } size) return $"'{Shown(name)}'";
        var unit = (Unquoted(Parameter(policy, "qu", ';')) ?? Requests).Replace('-', ' ');
        var window = ServerValue.Number(Parameter(policy, "w", ';') ?? string.Empty) is { } seconds
            ? $" in {TimeText.Seconds(ServerDelay.Seconds(seconds))}" : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"'{Shown(name)}' ({size} {Shown(unit)}{window})");
    }

    private static void ReadFields(HttpResponseHeaders headers, string prefix, DateTimeOffset now, List<QuotaReading> readings)
    {
        if (Text(headers, prefix + "Remaining") is not { } remaining) return;
        // Discord sends both; the time that is left needs no clock.
        var (left, reset) = (ServerValue.Number(Text(headers, prefix + "Reset-After") ?? string.Empty), Text(headers, prefix + "Reset"));
        var resource = Text(headers, prefix + "Resource");
        var isResource = resource is not null;
        var reading = new QuotaReading(prefix + resource, 0, default, isResource ? Shown(resource!) : null, isResource, isResource);
        if (left is { } after)
        {
            Add(readings, reading, remaining, Math.Max(0, after));
        }
        else if (reset is null)
        {
            return;
        }
        else if (ServerValue.Number(reset) is { } number)
        {
            var unixNow = (now - DateTimeOffset.UnixEpoch).TotalSeconds;
            var seconds = number >= FirstUnixTimeInMilliseconds ? (number / 1000) - unixNow
                : number >= FirstUnixTime ? number - unixNow
                : Math.Max(0, number);
            Add(readings, reading, remaining, seconds);
        }
        else if (ServerValue.Date(reset) is { } moment)
        {
            Add(readings, reading, remaining, (moment - now).TotalSeconds);
        }
    }

    private static void Add(List<QuotaReading> readings, QuotaReading reading, string? remaining, double secondsToReset)
    {
        if (remaining is null || ServerValue.Number(remaining) is not { } number || secondsToReset < 0) return;
        // Servers often truncate fractions: 0 seconds means less than one.
        readings.Add(reading with
        {
            Remaining = (long)Math.Clamp(number, 0, int.MaxValue),
            Reset = ServerDelay.Seconds(Math.Max(1, secondsToReset)),
        });
    }

    private static string? Text(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static string NameOf(string item) => Split(item, ';').FirstOrDefault()?.Trim().Trim('"') ?? string.Empty;

    private static string? Unquoted(string? text) => text?.Trim().Trim('"');

    private static string Shown(string name) => ServerText.Clean(name, LongestName);

    private static string? Parameter(string? item, string name, char separator)
    {
        foreach (var part in Split(item ?? string.Empty, separator))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && part.AsSpan(0, equals).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                return part[(equals + 1)..].Trim();
        }

        return null;
    }

    /// <summary>Ignores separators inside quotes.</summary>
    private static IEnumerable<string> Split(string text, char separator)
    {
        var (start, isQuoted) = (0, false);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '"') isQuoted = !isQuoted;
            if (text[at] != separator || isQuoted) continue;
            yield return text[start..at];
            start = at + 1;
        }

        yield return text[start..];
    }
}
