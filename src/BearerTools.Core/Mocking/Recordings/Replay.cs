using System.Net;
using BearerTools.Security;

namespace BearerTools.Mocking.Recordings;

/// <summary>
/// Responds from a recording. Each recorded response is used once. Requests to the same address get them in the order in which they
/// were recorded; a request that was not recorded fails with what differs from the nearest one.
/// </summary>
/// <param name="recording">The recording.</param>
/// <param name="path">Path of its file, for errors.</param>
/// <param name="keepsTiming">True if responses take the recorded time, on the mock's clock.</param>
internal sealed class Replay(Recording recording, string path, bool keepsTiming = false) : IMockResponder
{
    private readonly bool[] _isUsed = new bool[recording.Entries.Count];
    private readonly bool[] _isRepeated = new bool[recording.Entries.Count];
    private readonly string[] _addresses = [.. recording.Entries.Select(entry => RecordedEntry.Comparable(entry.Address))];

    /// <summary>The recorded requests that were not sent.</summary>
    public IReadOnlyList<RecordedEntry> Unused
    {
        get
        {
            lock (_isUsed) return [.. recording.Entries.Where((_, index) => !_isUsed[index])];
        }
    }

    public MockResponse Next(MockCall call)
    {
        recording.Redaction.RememberSecrets(call.Request.Headers);
        var address = recording.Redaction.Redact(call.Request.Address);
        var body = RecordedBody.Of(call.Request.Body, recording.Redaction, BodyFormat.Of(call.Request.Headers));
        lock (_isUsed)
        {
            if (IndexOf(call.Request.Method, address, body) is { } index)
            {
                var entry = recording.Entries[index];
                if (entry.IsTooLong) throw Incomplete(entry);
                _isRepeated[index] = _isUsed[index];
                _isUsed[index] = true;
                call.Rule = $"{Path.GetFileName(path)}, line {entry.Line}";
                return keepsTiming ? Response(entry) with { Delay = entry.Delay ?? TimeSpan.Zero } : Response(entry);
            }
        }

        call.IsUnmatched = true;
        throw Drift(call.Request, address, body);
    }

    /// <summary>
    /// The first entry of the request that is not used. Else, the last one if it is a 401: the token of the replay can be renewed, that of
    /// the recording may not have been, so the request was not sent again.
    /// </summary>
    private int? IndexOf(string method, string address, RecordedBody? body)
    {
        var comparable = RecordedEntry.Comparable(address);
        int? last = null;
        for (var i = 0; i < _isUsed.Length; i++)
        {
            var entry = recording.Entries[i];
            if (entry.Method != method || _addresses[i] != comparable || RecordedBody.Differences(entry.RequestBody, body).Any()) continue;
            if (!_isUsed[i]) return i;
            last = i;
        }

        var isRefused = last is { } index && recording.Entries[index].Status == (int)HttpStatusCode.Unauthorized && !_isRepeated[index];
        return isRefused ? last : null;
    }

    private BearerRequestException Incomplete(RecordedEntry entry) => MockErrors.Error(
        "RecordingIncomplete", BearerErrorKind.InvalidData,
        $"{path}, line {entry.Line}: the response to {entry} has a body, which the file does not contain.",
        "Export the file with bodies: Export-BearerTrace -IncludeBody of requests with -TraceBody, or 'HAR with content' of a browser.");

    private static MockResponse Response(RecordedEntry entry)
    {
        var body = BodyFormat.Of(entry.Headers).Encode(entry.Body);
        return new()
        {
            Status = entry.Status,
            Headers = entry.Headers,
            Body = body,
            Fault = entry.Fault,
            BreaksAfter = entry.IsCut ? body.Length : null,
        };
    }

    private BearerRequestException Drift(MockRequest request, string address, RecordedBody? body)
    {
        const int MaxShown = 10;
        var nearest = recording.Entries
            .Select(entry => (Entry: entry, Differences: Differences(entry, request.Method, address, body).ToArray()))
            .OrderBy(pair => PathOf(pair.Entry.Address) == PathOf(address) ? 0 : 1)
            .ThenBy(pair => NamesOf(pair.Entry.Address).SetEquals(NamesOf(address)) ? 0 : 1)
            .ThenBy(pair => pair.Differences.Length)
            .FirstOrDefault();
        var why = nearest.Entry is null ? "The recording is empty."
            : nearest.Differences.Length == 0
                ? $"It was recorded {Times(Count(request, address, body))}, and is sent once more."
                : $"The nearest is in line {nearest.Entry.Line} ({nearest.Entry}): {string.Join("; ", nearest.Differences.Take(MaxShown))}"
                    + $"{(nearest.Differences.Length > MaxShown ? "; and more" : string.Empty)}.";
        return MockErrors.Error(
            "RecordingMismatch", BearerErrorKind.NotFound,
            $"{request} is not in the recording {path}. {why}",
            "Record again with -Record, or correct the request.",
            PrintableAddress.Of(request.Address));
    }

    private int Count(MockRequest request, string address, RecordedBody? body) =>
        recording.Entries.Count(entry => !Differences(entry, request.Method, address, body).Any());

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";

    private static IEnumerable<string> Differences(RecordedEntry entry, string method, string address, RecordedBody? body)
    {
        if (entry.Method != method) yield return $"the method is {method}, not {entry.Method}";
        if (PathOf(entry.Address) != PathOf(address)) yield return $"the path is {PathOf(address)}, not {PathOf(entry.Address)}";
        var recorded = MockQuery.Parse(QueryOf(entry.Address)).ToLookup(pair => pair.Key, pair => pair.Value);
        var actual = MockQuery.Parse(QueryOf(address)).ToLookup(pair => pair.Key, pair => pair.Value);
        foreach (var name in recorded.Select(group => group.Key).Union(actual.Select(group => group.Key)))
        {
            if (!actual.Contains(name)) yield return $"the query has no '{name}'";
            else if (!recorded.Contains(name)) yield return $"the query also has '{name}'";
            else if (!recorded[name].SequenceEqual(actual[name]))
                yield return $"'{name}' in the query is '{string.Join("', '", actual[name])}', not '{string.Join("', '", recorded[name])}'";
        }

        foreach (var difference in RecordedBody.Differences(entry.RequestBody, body)) yield return $"in the body, {difference}";
    }

    private static HashSet<string> NamesOf(string address) => [.. MockQuery.Parse(QueryOf(address)).Select(pair => pair.Key)];

    private static string PathOf(string address) => address.Split('?', 2)[0];

    private static string QueryOf(string address) => address.Split('?', 2) is [_, var query] ? query : string.Empty;
}
