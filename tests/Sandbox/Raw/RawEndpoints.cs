using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Raw;

/// <summary>The control of the raw servers, which all send the same. They start with the first request for them.</summary>
internal sealed class RawEndpoints : IAsyncDisposable
{
    private readonly RawScript _script = new();
    private readonly List<RawServer> _servers = [];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/control/raw", http =>
        {
            var servers = Servers(http.QueryNumber("count", 1));
            return http.WriteJson(new { addresses = servers.Select(server => server.Address), requests = servers.Sum(server => server.Requests), open = servers.Sum(server => server.Open) });
        });
        routes.MapPost("/control/raw", AddAsync);
        routes.MapDelete("/control/raw", http =>
        {
            _script.Clear();
            return Task.CompletedTask;
        });
        routes.MapGet("/control/mutants/{kind}", http => http.WriteJson(Some(http)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
    }

    /// <summary>Several are several origins: what one says about its pace does not slow the others.</summary>
    private RawServer[] Servers(int count)
    {
        lock (_servers)
        {
            while (_servers.Count < count) _servers.Add(new RawServer(_script.Respond));
            return [.. _servers];
        }
    }

    /// <summary>The body is the exact response for <c>path</c>; <c>end</c> and <c>drip</c> (milliseconds) tell how it is sent.</summary>
    private async Task AddAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var path = http.Request.Query["path"].ToString() is { Length: > 0 } given ? given : $"/{Guid.NewGuid():N}";
        _script.Add(path, new RawResponse(body.ToArray())
        {
            Drip = TimeSpan.FromMilliseconds(http.QueryNumber("drip", 0)),
            End = Enum.TryParse<RawEnd>(http.Request.Query["end"], ignoreCase: true, out var end) ? end : RawEnd.Close,
        });
        await http.WriteJson(new { address = new Uri(Servers(1)[0].Address, path) });
    }

    /// <summary>Mutants as base64, because JSON cannot hold them all as text.</summary>
    private static string[] Some(HttpContext http)
    {
        var (kind, seed) = (http.RouteText("kind"), http.QueryNumber("seed", 0));
        return [.. Enumerable.Range(http.QueryNumber("from", 0), http.QueryNumber("count", 1))
            .Select(number => Convert.ToBase64String(Mutants.Bytes(Mutants.Of(kind, seed, number))))];
    }
}
