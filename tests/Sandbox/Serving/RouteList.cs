namespace BearerTools.Sandbox.Serving;

/// <summary>The routes, for a user who opens the address of the sandbox.</summary>
internal static class RouteList
{
    public static IEnumerable<string> Of(IEndpointRouteBuilder routes) => routes.DataSources
        .SelectMany(source => source.Endpoints)
        .OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Order == 0)
        .Select(endpoint => $"{Methods(endpoint)} {endpoint.RoutePattern.RawText}")
        .Order(StringComparer.Ordinal);

    private static string Methods(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is { } any ? string.Join(',', any.HttpMethods) : "ANY";
}
