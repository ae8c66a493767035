using System.Diagnostics;
using BearerTools.Diagnostics.Tracing;

namespace BearerTools.Tests.Diagnostics.Tracing.Export;

/// <summary>Entries as a long command makes them: failures, retries, a renewal and pauses among many requests.</summary>
internal static class TraceSamples
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);

    public static IReadOnlyList<BearerTraceEntry> Many(int requests)
    {
        List<TraceRecord> records = [];
        for (var i = 0; i < requests; i++)
        {
            var isThrottled = i % 100 == 40;
            var isRetry = i % 100 == 41;
            var at = s_start + TimeSpan.FromMilliseconds(i * 12);
            records.Add(Request(
                at, $"https://api.contoso.com/v1/orders/{i}?page={i % 7}", isThrottled ? 429 : i % 250 == 3 ? 500 : 200, queue: i % 5,
                connect: i < 8 ? 30 : 0, wait: 20 + (i % 40), attempt: isRetry ? 2 : 1, before: isRetry ? 429 : 0));
            if (isThrottled) records.Add(new PauseRecord { Time = at + TimeSpan.FromMilliseconds(60), Origin = "https://api.contoso.com", Length = TimeSpan.FromMilliseconds(90) });
            if (i % 3000 == 1500)
            {
                records.Add(new TokenRecord
                {
                    Time = at + TimeSpan.FromMilliseconds(150),
                    Text = "Got token 3f9a by ClientCredentials, valid until 10:30:00.",
                    Flow = "ClientCredentials",
                    Duration = TimeSpan.FromMilliseconds(150),
                });
            }
        }

        for (var i = 0; i < records.Count; i++) records[i].Number = i + 1;
        return [.. records.Select(record => new BearerTraceEntry(record))];
    }

    public static RequestRecord Request(
        DateTimeOffset at, string address, int status, double queue = 0, double connect = 0, double wait = 1, int attempt = 1, int before = 0,
        TracedExchange? exchange = null, string? error = null)
    {
        var asked = Stopwatch.GetTimestamp() - Ticks(queue + connect + wait);
        var record = new RequestRecord
        {
            Time = at,
            Address = address,
            RequestId = "0HN7",
            Error = status == 0 ? error ?? "The connection was refused." : null,
        };
        record.Details = new RequestDetails
        {
            Profile = "contoso",
            Method = "GET",
            Fingerprint = "3f9a",
            Attempt = attempt,
            Input = 1,
            Reason = attempt == 1 ? SendReason.First : SendReason.Retry,
            StatusBefore = before,
            Asked = asked,
            Sent = asked + Ticks(queue),
            Exchange = exchange,
        };
        record.Head(status, new Version(1, 1), Ticks(connect), Ticks(connect / 2));
        record.Add(1234);
        record.Details.End = record.Details.Headers + Ticks(wait / 3);
        return record;
    }

    private static long Ticks(double milliseconds) => (long)(milliseconds * Stopwatch.Frequency / 1000);
}
