using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Http.Pacing;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http.Pacing;

/// <summary>What the tests of an origin's pace share: a pace with a clock that moves when told to.</summary>
public abstract class OriginPaceBench
{
    private protected OriginPaceBench()
    {
        Pace = new OriginPace(Clock, () => 1);
        CommonLane = Lane(string.Empty);
    }

    private protected TestClock Clock { get; } = new();

    private protected OriginPace Pace { get; }

    /// <summary>The lane of requests without a token.</summary>
    private protected PaceLane CommonLane { get; }

    private protected PaceLane Lane(string token, int? maxQuotaWait = null) =>
        Pace.Lane(token, maxQuotaWait is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    private protected static Task<Permit> Enter(PaceLane lane) => lane.EnterAsync(null, null, EventSink.None, null, default).AsTask();

    private protected Task<Permit> Enter(TimeSpan? maxWait = null) => CommonLane.EnterAsync(null, maxWait, EventSink.None, null, default).AsTask();

    private protected static Permit Now(Task<Permit> entering)
    {
        Assert.True(entering.IsCompletedSuccessfully);
        return entering.Result;
    }

    private protected static HttpResponseMessage Left(int remaining, int reset)
    {
        var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("RateLimit", $"\"default\";r={remaining};t={reset}");
        return response;
    }

    private protected static HttpResponseMessage Refusal(int status, string? retryAfter)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        if (retryAfter is not null) response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return response;
    }
}
