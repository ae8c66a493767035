using System.Globalization;
using System.Net;
using BearerTools.Tokens;

namespace BearerTools.Mocking;

/// <summary>How a rule responds to the requests that it matches, one after the other.</summary>
internal sealed class MockBehavior
{
    private readonly object _gate = new();
    private Random? _random;
    private int _served;
    private int _admitted;
    private DateTimeOffset _closedUntil = DateTimeOffset.MinValue;

    /// <summary>The response, or code that makes one.</summary>
    public MockCode<MockResponse>? Code { get; init; }

    /// <summary>Responses to give in turn, instead of <see cref="Code"/>; the last one is repeated.</summary>
    public IReadOnlyList<MockCode<MockResponse>> Sequence { get; init; } = [];

    /// <summary>
    /// Number of requests after which the rule returns 429 until <see cref="RetryAfter"/> has passed; <see langword="null"/> for no limit.
    /// </summary>
    public int? ThrottleAfter { get; init; }

    /// <summary>
    /// The time that a 429 of <see cref="ThrottleAfter"/> asks to wait, in whole seconds; without that limit, each response that is neither
    /// a success nor has a Retry-After header. <see langword="null"/> for one second of a limit, and no header otherwise.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The fraction of requests, from 0 to 1, that get a 503.</summary>
    public double FailureRate { get; init; }

    /// <summary>Determines which requests fail.</summary>
    public int Seed { get; init; } = 1;

    public async ValueTask<MockResponse> NextAsync(MockRequest request, TimeProvider time, ISessionThread? thread, CancellationToken cancel)
    {
        var response = await FindAsync(request, time, thread, cancel).ConfigureAwait(false);
        var isSuccess = response.Status is >= 200 and < 300 and not (int)HttpStatusCode.Accepted;
        return RetryAfter is not { } wait || isSuccess || response.Fault != MockFault.None
            || response.Headers.Any(header => header.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase))
            || ThrottleAfter is not null
            ? response
            : response with { Headers = [.. response.Headers, Header(wait)] };
    }

    private ValueTask<MockResponse> FindAsync(MockRequest request, TimeProvider time, ISessionThread? thread, CancellationToken cancel)
    {
        MockCode<MockResponse>? code;
        lock (_gate)
        {
            if (Throttled(time.GetUtcNow()) is { } throttled) return new(throttled);
            if (FailureRate > 0 && (_random ??= new Random(Seed)).NextDouble() < FailureRate)
                return new(new MockResponse { Status = (int)HttpStatusCode.ServiceUnavailable });
            code = Sequence.Count == 0 ? Code : Sequence[Math.Min(_served, Sequence.Count - 1)];
            _served++;
        }

        return code is null ? new(MockResponse.Empty) : code(request, thread, cancel);
    }

    private MockResponse? Throttled(DateTimeOffset now)
    {
        if (ThrottleAfter is not { } limit) return null;
        if (now < _closedUntil) return TooMany(_closedUntil - now);
        if (_admitted < limit)
        {
            _admitted++;
            return null;
        }

        if (_closedUntil != DateTimeOffset.MinValue)
        {
            (_admitted, _closedUntil) = (1, DateTimeOffset.MinValue);
            return null;
        }

        var wait = RetryAfter ?? TimeSpan.FromSeconds(1);
        _closedUntil = now + wait;
        return TooMany(wait);
    }

    private static MockResponse TooMany(TimeSpan wait) => new()
    {
        Status = (int)HttpStatusCode.TooManyRequests,
        Headers = [Header(wait)],
    };

    private static KeyValuePair<string, string> Header(TimeSpan wait) =>
        new("Retry-After", Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture));
}
