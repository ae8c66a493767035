namespace BearerTools.Http.Pacing;

/// <summary>
/// Which partitions of quotas an API's endpoints belong to (the parameter <c>pk</c> of draft-ietf-httpapi-ratelimit-headers). Only
/// responses tell, so a request to an endpoint that has not responded yet is held by none. Endpoints are paths; segments with digits,
/// mostly ids, count as equal.
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

    private static string Endpoint(Uri address) =>
        string.Join('/', address.AbsolutePath.Split('/').Select(segment => segment.AsSpan().ContainsAnyInRange('0', '9') ? "*" : segment));
}
