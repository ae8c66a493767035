using System.Text.Json.Nodes;

namespace BearerTools.Sandbox.Providers;

/// <summary>Maps the addresses of one host.</summary>
/// <param name="routes">The routes of the server.</param>
/// <param name="host">The host.</param>
/// <param name="admit">Responds to requests that the provider rejects whatever they ask for, and returns false; or returns true.</param>
internal sealed class ProviderRoutes(IEndpointRouteBuilder routes, string host, Func<HttpContext, Task<bool>> admit)
{
    public void Get(string path, RequestDelegate response) => Map(HttpMethods.Get, path, response);

    public void Post(string path, RequestDelegate response) => Map(HttpMethods.Post, path, response);

    public void Map(string method, string path, RequestDelegate response) => routes.MapMethods(path, [method], async http =>
    {
        if (await admit(http)) await response(http);
    }).RequireHost(host);

    /// <summary>Addresses that need no token.</summary>
    public void Open(string method, string path, RequestDelegate response) => routes.MapMethods(path, [method], response).RequireHost(host);

    /// <summary>Some rows of a list, with ids from 1.</summary>
    public static JsonArray Rows(int total, int skip, int take, Func<int, JsonObject> row) =>
        new([.. Enumerable.Range(skip + 1, Math.Max(0, Math.Min(take, total - skip))).Select(row)]);

    /// <summary>The address of the request with other query parameters.</summary>
    public static string AddressWith(HttpContext http, params (string Name, object Value)[] parameters)
    {
        var names = parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        var query = http.Request.Query.Where(pair => !names.Contains(pair.Key)).SelectMany(pair => pair.Value.Select(value => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(value ?? "")}"));
        return $"https://{http.Request.Host}{http.Request.Path}?{string.Join('&', query.Concat(parameters.Select(parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString($"{parameter.Value}")}")))}";
    }
}
