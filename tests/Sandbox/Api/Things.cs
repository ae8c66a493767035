using System.Collections.Concurrent;
using System.Globalization;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>A store that requests change: what was done, and how often, shows in the counts of effects.</summary>
internal sealed class Things(SandboxContext sandbox)
{
    private sealed record Thing(byte[] Body, string? ContentType);

    private readonly ConcurrentDictionary<string, Thing> _things = new(StringComparer.Ordinal);
    private long _lastId;

    public void Map(ApiRoutes api)
    {
        api.Any("/api/things/{id}", One);
        api.Any("/api/things", All);
    }

    private Task One(HttpContext http)
    {
        var id = http.RouteText("id");
        sandbox.Stats.Arrived("things/" + id);
        return http.Request.Method switch
        {
            "GET" or "HEAD" => _things.TryGetValue(id, out var thing) ? http.WriteBytes(thing.Body, thing.ContentType) : NotFound(http, id),
            "DELETE" => Delete(http, id),
            _ => Store(http, id),
        };
    }

    private Task All(HttpContext http)
    {
        if (http.Request.Method != "POST") return http.WriteJson(_things.Keys.Order(StringComparer.Ordinal));
        var id = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        http.Response.Headers.Location = "/api/things/" + id;
        return Store(http, id);
    }

    private async Task Store(HttpContext http, string id)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var existed = _things.ContainsKey(id);
        _things[id] = new Thing(body.ToArray(), http.Request.ContentType);
        sandbox.Stats.Changed("things/" + id);
        await http.WriteJson(new { id, bytes = body.Length, method = http.Request.Method }, existed ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private Task Delete(HttpContext http, string id)
    {
        if (!_things.TryRemove(id, out _)) return NotFound(http, id);
        sandbox.Stats.Changed("things/" + id);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task NotFound(HttpContext http, string id) =>
        http.WriteProblem(StatusCodes.Status404NotFound, "Not found", $"There is no thing '{id}'.");
}
