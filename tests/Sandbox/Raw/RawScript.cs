using System.Collections.Concurrent;
using System.Globalization;

namespace BearerTools.Sandbox.Raw;

/// <summary>
/// The responses of the sandbox's raw server, by path. Several responses for one path are sent in turn, and the last of them is
/// repeated. Below <c>/mutated</c> are the mutants: <c>/mutated/KIND/SEED/NUMBER</c>.
/// </summary>
internal sealed class RawScript
{
    private const string Unknown = "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n\0";

    private readonly ConcurrentDictionary<string, ConcurrentQueue<RawResponse>> _responses = new(StringComparer.Ordinal);

    public void Add(string path, RawResponse response) => _responses.GetOrAdd(path, _ => new()).Enqueue(response);

    public void Clear() => _responses.Clear();

    public RawResponse Respond(int number, string request)
    {
        var path = RawRequest.Target(request).Split('?')[0];
        if (_responses.TryGetValue(path, out var responses)) return Next(responses);
        return path.Split('/') is ["", "mutated", var kind, var seed, var which, ..] && Specimens.Has(kind)
            ? new RawResponse(Mutants.Bytes(Mutants.Of(kind, Number(seed), Number(which)))) { End = RawEnd.Close }
            : Unknown;
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static RawResponse Next(ConcurrentQueue<RawResponse> responses)
    {
        lock (responses)
        {
            if (responses.Count > 1 && responses.TryDequeue(out var response)) return response;
            return responses.TryPeek(out var last) ? last : Unknown;
        }
    }
}
