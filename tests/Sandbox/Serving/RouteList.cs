namespace BearerTools.Sandbox.Serving;

/// <summary>What can be asked for, for people who look at the address of the sandbox.</summary>
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
