using System.Collections.Concurrent;
using BearerTools.Security;

namespace BearerTools.Http.Pacing;

/// <summary>The paces of all origins: one for the process, because an API does not care which command it is called by.</summary>
internal sealed class OriginPaces(TimeProvider time, Func<double> jitter)
{
    private readonly ConcurrentDictionary<Origin, OriginPace> _all = new();

    public OriginPace Of(Origin origin) => _all.TryGetValue(origin, out var pace) ? pace : _all.GetOrAdd(origin, _ => new OriginPace(time, jitter));
}
