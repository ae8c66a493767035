namespace BearerTools.Sandbox.Providers;

/// <summary>
/// All stand-ins. They respond as the providers document it: addresses, response shapes, header names, paging and error bodies,
/// as far as docs/recipes uses them.
/// </summary>
internal static class ProviderEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, ProviderContext providers)
    {
        new GitHub(providers).Map(routes);
        new Okta(providers).Map(routes);
        new Keycloak(providers).Map(routes);
        new ServiceNow(providers).Map(routes);
        new Salesforce(providers).Map(routes);
        new Zoom(providers).Map(routes);
        new VCenter(providers).Map(routes);
        new NetBox(providers).Map(routes);
    }
}
