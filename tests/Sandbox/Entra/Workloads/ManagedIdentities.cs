using System.Globalization;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Entra.Workloads;

/// <summary>Tokens for machines, each platform in its own way: virtual machines, App Service (and Automation), Azure Arc, Cloud Shell.</summary>
internal sealed class ManagedIdentities(EntraContext entra)
{
    public const string MachinePath = "/metadata/identity/oauth2/token";
    public const string AppServicePath = "/msi/token";
    public const string ArcPath = "/arc" + MachinePath;
    public const string CloudShellPath = "/cloudshell/oauth2/token";

    /// <summary>Where Arc's agent on Linux leaves the key, and the only place that MSAL reads one from.</summary>
    public const string ArcKeyFile = "/var/opt/azcmagent/tokens/sandbox.key";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(MachinePath, Logged(Machine)).RequireHost(EntraHosts.Plain);
        routes.MapGet(AppServicePath, Logged(AppService)).RequireHost(EntraHosts.Plain);
        routes.MapGet(ArcPath, Logged(Arc)).RequireHost(EntraHosts.Plain);
        routes.MapPost(CloudShellPath, Logged(CloudShell)).RequireHost(EntraHosts.Plain);
    }

    private RequestDelegate Logged(RequestDelegate response) => http =>
    {
        entra.Log.Request(http.Request);
        return response(http);
    };

    private Task Machine(HttpContext http)
    {
        if (!IsAskedByMachine(http)) return Refuse(http, "invalid_request", "Required metadata header not specified");
        if (http.Request.Query["api-version"] != "2018-02-01") return Refuse(http, "invalid_request", "Required api-version is missing or not known");
        return ApiResponse(http, http.Request.Query["resource"].ToString(), Pick(http.Request.Query, "msi_res_id"));
    }

    private Task AppService(HttpContext http)
    {
        if (http.Request.Headers["X-IDENTITY-HEADER"] != entra.IdentityHeader) return Problem(http, StatusCodes.Status401Unauthorized, "The X-IDENTITY-HEADER is missing or wrong.");
        if (http.Request.Query["api-version"] != "2019-08-01") return Problem(http, StatusCodes.Status400BadRequest, "The api-version is not known.");
        return Pick(http.Request.Query, "mi_res_id") is { } identity
            ? ApiResponse(http, http.Request.Query["resource"].ToString(), identity)
            : Problem(http, StatusCodes.Status400BadRequest, "Unable to load the proper Managed Identity.");
    }

    private Task Arc(HttpContext http)
    {
        if (!IsAskedByMachine(http)) return Refuse(http, "invalid_request", "Required metadata header not specified");
        if (http.Request.Headers.Authorization == "Basic " + entra.ArcKey) return ApiResponse(http, http.Request.Query["resource"].ToString(), Pick(http.Request.Query, "msi_res_id"));
        http.Response.Headers.WWWAuthenticate = "Basic realm=" + ArcKeyFile;
        return http.WriteJson(new { error = "unauthorized", error_description = "Read the key from the file and come again." }, StatusCodes.Status401Unauthorized);
    }

    private async Task CloudShell(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        await (IsAskedByMachine(http) ? ApiResponse(http, form["resource"].ToString(), entra.Directory.SystemAssigned) : Refuse(http, "invalid_request", "Required metadata header not specified"));
    }

    /// <summary>The header that no browser and no forwarding proxy sends by accident.</summary>
    private static bool IsAskedByMachine(HttpContext http) => http.Request.Headers["Metadata"] == "true" && !http.Request.Headers.ContainsKey("X-Forwarded-For");

    private EntraIdentity? Pick(IQueryCollection query, string resourceName)
    {
        var robot = entra.Directory.UserAssigned;
        var asked = (query["client_id"].ToString(), query["object_id"].ToString(), query[resourceName].ToString());
        return !entra.Levers.HasIdentities ? null
            : asked is ("", "", "") ? entra.Directory.SystemAssigned
            : asked == (robot.ClientId, "", "") || asked == ("", robot.ObjectId, "") || asked == ("", "", robot.ResourceId) ? robot
            : null;
    }

    private Task ApiResponse(HttpContext http, string resource, EntraIdentity? identity)
    {
        if (resource.Length == 0) return Refuse(http, "invalid_request", "Required query variable 'resource' is missing");
        if (identity is null) return Refuse(http, "invalid_request", "Identity not found");
        if (!entra.Directory.IsResource(resource, EntraCloud.Public)) return Refuse(http, "invalid_resource", $"AADSTS500011: The resource principal named {resource} was not found in the tenant.");
        // Numbers as text, as these services write them.
        var (now, life) = (entra.Clock.GetUtcNow().ToUnixTimeSeconds(), entra.Levers.Lifetime);
        return http.WriteJson(new
        {
            access_token = entra.Tokens.Make(identity, resource),
            client_id = identity.ClientId,
            expires_in = life.ToString(CultureInfo.InvariantCulture),
            expires_on = (now + life).ToString(CultureInfo.InvariantCulture),
            not_before = now.ToString(CultureInfo.InvariantCulture),
            resource,
            token_type = "Bearer",
        });
    }

    private static Task Refuse(HttpContext http, string error, string text) => http.WriteJson(new { error, error_description = text }, StatusCodes.Status400BadRequest);

    private static Task Problem(HttpContext http, int status, string message) => http.WriteJson(new { statusCode = status, message, correlationId = Guid.NewGuid() }, status);
}
