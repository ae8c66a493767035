using System.Net;

namespace BearerTools.Mocking.Recordings;

/// <summary>Compares what an API returns now with what was recorded.</summary>
internal static class RecordingComparison
{
    /// <summary>Statuses of requests that are sent again; how often they occur differs in each run.</summary>
    private static readonly HttpStatusCode[] s_repeated =
    [
        HttpStatusCode.Unauthorized, HttpStatusCode.RequestTimeout, HttpStatusCode.TooManyRequests, HttpStatusCode.InternalServerError,
        HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable, HttpStatusCode.GatewayTimeout,
    ];

    /// <param name="recorded">The recording.</param>
    /// <param name="actual">The same requests, sent now.</param>
    /// <returns>
    /// A sentence for each difference, in the order of the recording. Headers other than Content-Type are not compared, because many differ
    /// in each run, nor are responses that led to a retry.
    /// </returns>
    public static IEnumerable<string> Differences(Recording recorded, Recording actual)
    {
        var left = Lasting(actual.Entries).ToList();
        var known = Lasting(recorded.Entries).ToHashSet(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < recorded.Entries.Count; i++)
        {
            var entry = recorded.Entries[i];
            if (!known.Contains(entry)) continue;
            if (left.Find(other => IsSameRequest(entry, other)) is not { } now)
            {
                yield return $"entries[{i}] ({entry}) was not sent.";
                continue;
            }

            left.Remove(now);
            foreach (var difference in Differences(entry, now)) yield return $"entries[{i}] ({entry}): {difference}.";
        }

        foreach (var entry in left) yield return $"{entry} is not in the recording.";
    }

    private static IEnumerable<string> Differences(RecordedEntry recorded, RecordedEntry now)
    {
        if (recorded.Fault != now.Fault) yield return $"fault is {now.Fault}, not {recorded.Fault}";
        if (recorded.Status != now.Status) yield return $"status is {now.Status}, not {recorded.Status}";
        if (MediaTypeOf(recorded) != MediaTypeOf(now))
            yield return $"headers.Content-Type is '{MediaTypeOf(now)}', not '{MediaTypeOf(recorded)}'";
        if (recorded.Body is null != now.Body is null)
        {
            yield return now.Body is null ? "there is no body, and one was recorded" : "there is a body, and none was recorded";
        }
        else if (recorded.Body?.Json is { } json && now.Body?.Json is { } other)
        {
            foreach (var difference in JsonDifference.Of(json, other, isExact: true, "responseJson", isStrict: true))
                yield return difference;
        }
        else if (!recorded.IsCut && RecordedBody.Differences(recorded.Body, now.Body).Any())
        {
            yield return DifferentText(recorded.Body!, now.Body!);
        }
    }

    private static string DifferentText(RecordedBody recorded, RecordedBody now)
    {
        if (recorded.Text is null || now.Text is null) return "the body is another";
        var line = recorded.Text.Split('\n').Zip(now.Text.Split('\n')).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"responseText is another from line {line + 1} on";
    }

    /// <summary>The entries without responses that led to a retry.</summary>
    private static IEnumerable<RecordedEntry> Lasting(IReadOnlyList<RecordedEntry> entries) =>
        entries.Where((entry, index) => !IsRepeated(entry) || !entries.Skip(index + 1).Any(later => IsSameRequest(entry, later)));

    private static bool IsRepeated(RecordedEntry entry) =>
        entry.Fault != MockFault.None || s_repeated.Contains((HttpStatusCode)entry.Status);

    private static bool IsSameRequest(RecordedEntry one, RecordedEntry other) => one.Method == other.Method
        && (one.Address == other.Address || RecordedEntry.Comparable(one.Address) == RecordedEntry.Comparable(other.Address))
        && !RecordedBody.Differences(one.RequestBody, other.RequestBody).Any();

    private static string MediaTypeOf(RecordedEntry entry)
    {
        var header = entry.Headers.FirstOrDefault(header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase));
        return header.Value?.Split(';')[0].Trim() ?? string.Empty;
    }
}
