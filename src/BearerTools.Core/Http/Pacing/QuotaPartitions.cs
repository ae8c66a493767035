namespace BearerTools.Http.Pacing;

/// <summary>
/// Which partitions of quotas an API's endpoints belong to (the parameter <c>pk</c> of draft-ietf-httpapi-ratelimit-headers, or
/// <c>X-RateLimit-Resource</c>). Only responses tell. Endpoints are paths; segments with digits, mostly ids, count as equal.
/// </summary>
internal sealed class QuotaPartitions
{
    /// <summary>The maximum number of endpoints remembered.</summary>
    private const int MaxEndpoints = 64;

    private readonly Dictionary<string, string[]> _names = new(StringComparer.Ordinal);

    public void Clear() => _names.Clear();

    /// <summary>The partitioned quotas of the endpoint, or <see langword="null"/> if none are known.</summary>
    public IReadOnlyList<string>? Of(Uri address) => _names.Count == 0 ? null : _names.GetValueOrDefault(Endpoint(address));

    public void Note(Uri address, IReadOnlyList<QuotaReading> readings)
    {
        if (!readings.Any(reading => reading.IsPartition)) return;
        var endpoint = Endpoint(address);
        if (_names.Count >= MaxEndpoints && !_names.ContainsKey(endpoint)) _names.Clear();
        string[] names = [.. readings.Where(reading => reading.IsPartition).Select(reading => reading.Name)];
        // The same list is the same queue.
        _names[endpoint] = _names.Values.FirstOrDefault(known => known.AsSpan().SequenceEqual(names)) ?? names;
    }

    /// <summary>True if both addresses are of one endpoint.</summary>
    public static bool IsSameEndpoint(Uri one, Uri other)
    {
        ReadOnlySpan<char> left = one.AbsolutePath, right = other.AbsolutePath;
        while (true)
        {
            var (leftEnd, rightEnd) = (left.IndexOf('/'), right.IndexOf('/'));
            var first = leftEnd < 0 ? left : left[..leftEnd];
            var second = rightEnd < 0 ? right : right[..rightEnd];
            if (!first.SequenceEqual(second) && !(IsId(first) && IsId(second))) return false;
            if (leftEnd < 0 || rightEnd < 0) return leftEnd == rightEnd;
            left = left[(leftEnd + 1)..];
            right = right[(rightEnd + 1)..];
        }
    }

    private static string Endpoint(Uri address) =>
        string.Join('/', address.AbsolutePath.Split('/').Select(segment => IsId(segment) ? "*" : segment));

    private static bool IsId(ReadOnlySpan<char> segment) => segment.ContainsAnyInRange('0', '9');
}
