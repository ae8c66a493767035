namespace BearerTools.Sandbox.Api;

/// <summary>The whole API, one group of endpoints a line.</summary>
internal static class ApiEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, SandboxContext sandbox)
    {
        var api = new ApiRoutes(routes, sandbox);
        Echo.Map(api);
        Mirror.Map(api);
        Identity.Map(api, sandbox);
        new Items(sandbox).Map(api);
        new Paged(sandbox).Map(api);
        new Cursors(sandbox).Map(api);
        new Operations(sandbox).Map(api);
        Nested.Map(api);
        new Things(sandbox).Map(api);
        Statuses.Map(api);
        Redirects.Map(api);
        Cookies.Map(api);
        new Holds(sandbox).Map(api);
        new NetworkConditions(sandbox).Map(api);
        new Throttled(sandbox).Map(api);
        new Quotas(sandbox).Map(api);
        new Crowded().Map(api);
        OddResponses.Map(api);
        OddErrors.Map(api);
        Downloads.Map(api);
        Uploads.Map(api);
        Formats.Map(api);
        EventStreams.Map(api);
        Bombs.Map(api);
        new Contoso(sandbox).Map(api);
    }
}
