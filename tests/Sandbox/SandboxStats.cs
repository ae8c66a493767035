using System.Text.Json.Serialization;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox;

/// <summary>Live counts of what the sandbox did. Safe and cheap to read and write from any thread.</summary>
public sealed class SandboxStats
{
    private readonly RateGauge _rate;
    private readonly SlidingSecond _throttled;
    private readonly IdCounts _arrivals = new();
    private readonly IdCounts _effects = new();
    private long _tokensIssued, _tokenRequests, _logins, _requests, _unauthorized, _failures, _concurrent, _maxConcurrent, _connections;

    internal SandboxStats(TimeProvider clock) => (_rate, _throttled) = (new RateGauge(clock), new SlidingSecond(clock));

    /// <summary>Access tokens given out, by the token endpoint and by logins.</summary>
    public long TokensIssued => Interlocked.Read(ref _tokensIssued);

    /// <summary>Requests to token endpoints, refused ones too.</summary>
    public long TokenRequests => Interlocked.Read(ref _tokenRequests);

    /// <summary>Requests to login addresses, refused ones too.</summary>
    public long Logins => Interlocked.Read(ref _logins);

    /// <summary>Requests to the API, and to its open addresses.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>401 responses of the API.</summary>
    public long Unauthorized => Interlocked.Read(ref _unauthorized);

    /// <summary>Responses of the API with any other status from 400 on.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Things that were changed.</summary>
    public long Effects => _effects.Total;

    /// <summary>API requests in progress: without a response, and not cancelled by their client.</summary>
    public long Concurrent => Interlocked.Read(ref _concurrent);

    /// <summary>Connections that are open now, of clients of the authority and of the API.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>The most API requests that were inside the server at the same time.</summary>
    public long MaxConcurrent => Interlocked.Read(ref _maxConcurrent);

    /// <summary>The most API requests that began within one second of the clock.</summary>
    public long MaxPerSecond => _rate.Max;

    /// <summary>The most requests that reached a throttled endpoint within any one second.</summary>
    public long MaxThrottledPerSecond => _throttled.Max;

    /// <summary>How often the most tried id arrived, at the endpoints that count arrivals: hold, flaky, things, throttled.</summary>
    public long MaxArrivalsPerId => _arrivals.Max;

    /// <summary>How often the most changed id was changed.</summary>
    public long MaxEffectsPerId => _effects.Max;

    /// <summary>Arrivals by endpoint and id, such as <c>hold/7</c>.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, long> ArrivalsById => _arrivals.All;

    /// <summary>Effects by endpoint and id, such as <c>things/7</c>.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, long> EffectsById => _effects.All;

    /// <summary>Starts all counts at zero again. Tokens stay valid.</summary>
    public void Reset()
    {
        Interlocked.Exchange(ref _tokensIssued, 0);
        Interlocked.Exchange(ref _tokenRequests, 0);
        Interlocked.Exchange(ref _logins, 0);
        Interlocked.Exchange(ref _requests, 0);
        Interlocked.Exchange(ref _unauthorized, 0);
        Interlocked.Exchange(ref _failures, 0);
        Interlocked.Exchange(ref _maxConcurrent, 0);
        _rate.Reset();
        _throttled.Reset();
        _arrivals.Reset();
        _effects.Reset();
    }

    internal void TokenIssued() => Interlocked.Increment(ref _tokensIssued);

    internal void TokenRequested() => Interlocked.Increment(ref _tokenRequests);

    internal void LoggedIn() => Interlocked.Increment(ref _logins);

    internal long Arrived(string id) => _arrivals.Add(id);

    internal void Changed(string id) => _effects.Add(id);

    internal void ThrottledArrival() => _throttled.Tick();

    internal void Connected() => Interlocked.Increment(ref _connections);

    internal void Disconnected() => Interlocked.Decrement(ref _connections);

    internal void Enter()
    {
        Interlocked.Increment(ref _requests);
        _rate.Tick();
        Highest.Raise(ref _maxConcurrent, Interlocked.Increment(ref _concurrent));
    }

    internal void Leave(int status)
    {
        Interlocked.Decrement(ref _concurrent);
        if (status == StatusCodes.Status401Unauthorized) Interlocked.Increment(ref _unauthorized);
        else if (status >= StatusCodes.Status400BadRequest) Interlocked.Increment(ref _failures);
    }
}
