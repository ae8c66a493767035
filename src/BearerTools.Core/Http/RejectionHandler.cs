using System.Collections.Concurrent;
using System.Net;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>
/// Finds out that an origin rejects the connection's token, and a renewed one too, so that a run of many inputs ends with one error
/// instead of the same error for each. An origin does not end a run whose requests another origin accepts.
/// </summary>
/// <param name="next">Sends the request, and renews the token if that is possible.</param>
/// <param name="time">The clock.</param>
internal sealed class RejectionHandler(IRequestHandler next, TimeProvider time) : IRequestHandler
{
    private readonly ConcurrentDictionary<Origin, RejectionWatch> _origins = new();
    private volatile KnownWatch? _last;

    public async Task<ApiResponse> SendAsync(RequestTemplate template, RequestContext context)
    {
        if (!template.CarriesToken) return await next.SendAsync(template, context).ConfigureAwait(false);
        var watch = WatchOf(template.Origin);
        watch.Sending();
        ApiResponse response;
        try
        {
            response = await next.SendAsync(template, context).ConfigureAwait(false);
        }
        catch
        {
            watch.Failed();
            throw;
        }

        if (response.RejectedToken is not { } token)
        {
            watch.Accepted((int)response.Status < (int)HttpStatusCode.BadRequest);
            return response;
        }

        try
        {
            var isInvalid = Challenge.Error(response.Message) == Challenge.InvalidToken || !RenewalPolicy.IsValid(token, time.GetUtcNow());
            response.EndsRun = await watch.RejectedAsync(isInvalid, response.IsTokenFinal, context.Cancel).ConfigureAwait(false)
                && !_origins.Any(other => other.Value != watch && other.Value.HasAccepted);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private RejectionWatch WatchOf(Origin origin)
    {
        if (_last is { } last && last.Origin == origin) return last.Watch;
        var watch = _origins.GetOrAdd(origin, static (_, clock) => new RejectionWatch(clock), time);
        _last = new KnownWatch(origin, watch);
        return watch;
    }

    /// <summary>The last origin: most requests of a command go to the same one.</summary>
    private sealed record KnownWatch(Origin Origin, RejectionWatch Watch);
}
