using System.Text.Json.Nodes;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Providers;

/// <summary>NetBox: both versions of its tokens, next links in the body, and errors by field.</summary>
internal sealed class NetBox(ProviderContext providers)
{
    private const string FirstVersion = "Token ";
    private const string SecondVersion = "Bearer ";
    private const int Devices = 2500;
    private const int LargestPage = 1000;

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = new ProviderRoutes(routes, ProviderHosts.NetBox, Admit);
        api.Get("/api/dcim/devices/", List);
        api.Post("/api/dcim/sites/", Create);
    }

    /// <summary>The value of a token of the second version, as it is shown once.</summary>
    public static string SecondVersionOf(ProviderContext providers) => $"nbt_4F9DAouzURLb.{providers.ApiKey}";

    private async Task<bool> Admit(HttpContext http)
    {
        var authorization = http.Request.Headers.Authorization.ToString();
        if (authorization == FirstVersion + providers.ApiKey || authorization == SecondVersion + SecondVersionOf(providers)) return true;
        var detail = authorization.Length == 0 ? "Authentication credentials were not provided."
            : authorization.StartsWith(FirstVersion, StringComparison.Ordinal) ? "Invalid v1 token"
            : "Invalid v2 token";
        await http.WriteJson(new { detail }, StatusCodes.Status403Forbidden);
        return false;
    }

    private static Task List(HttpContext http)
    {
        var (size, skip) = (Math.Min(LargestPage, http.QueryNumber("limit", 50)), http.QueryNumber("offset", 0));
        var next = skip + size < Devices ? ProviderRoutes.AddressWith(http, ("limit", size), ("offset", skip + size)) : null;
        return http.WriteJson(new JsonObject
        {
            ["count"] = Devices,
            ["next"] = next,
            ["previous"] = null,
            ["results"] = ProviderRoutes.Rows(Devices, skip, size, id => new JsonObject { ["id"] = id, ["name"] = $"switch{id}", ["status"] = new JsonObject { ["value"] = "active" } }),
        });
    }

    /// <summary>One object, or a list of them.</summary>
    private static async Task Create(HttpContext http)
    {
        var sites = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        var rows = sites is JsonArray list ? list.Select(site => site!).ToArray() : [sites!];
        if (rows.Any(site => site["slug"] is null))
        {
            await http.WriteJson(new JsonObject { ["slug"] = new JsonArray("This field is required.") }, StatusCodes.Status400BadRequest);
            return;
        }

        var made = rows.Select((site, index) => new { id = index + 1, name = (string?)site["name"], slug = (string?)site["slug"] }).ToArray();
        await http.WriteJson(sites is JsonArray ? made : made[0], StatusCodes.Status201Created);
    }
}
