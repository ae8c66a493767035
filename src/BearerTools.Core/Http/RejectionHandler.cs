using System.Collections.Concurrent;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// Finds out that an origin rejects the connection's token and no other token is to be had, so that a run of many inputs ends with one
/// error instead of the same error for each.
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

        if (!response.RejectsToken)
        {
            watch.Accepted();
            return response;
        }

        try
        {
            var isInvalid = Challenge.Error(response.Message) == "invalid_token";
            response.EndsRun = await watch.RejectedAsync(isInvalid, context.Cancel).ConfigureAwait(false);
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
