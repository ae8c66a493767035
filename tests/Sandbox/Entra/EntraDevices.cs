using BearerTools.Sandbox.Entra.Grants;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Entra;

/// <summary>Codes for other devices: where clients get them, and the page where a user types them.</summary>
internal sealed class EntraDevices(EntraContext entra, DeviceGrant devices)
{
    private const int Interval = 1;
    private const int Lifetime = 900;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/{tenant}/oauth2/v2.0/devicecode", Start).RequireHost(EntraHosts.Logins);
        routes.MapGet("/device", Ask).RequireHost(EntraHosts.Logins);
        routes.MapPost("/device", Confirm).RequireHost(EntraHosts.Logins);
    }

    private async Task Start(HttpContext http)
    {
        entra.Log.Request(http.Request);
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var client = form["client_id"].ToString();
        var error = !entra.Directory.IsTenant(http.RouteText("tenant")) ? EntraErrors.TenantUnknown(http.RouteText("tenant"))
            : !entra.Directory.IsClient(client) ? EntraErrors.ClientUnknown(client, entra.Directory.TenantName)
            : null;
        if (error is not null)
        {
            await error.ApiResponse(http, entra.Clock);
            return;
        }

        var (code, login) = devices.Start(client);
        var cloud = EntraCloud.OfLogin(http.Request.Host.Host);
        var page = $"https://{(cloud == EntraCloud.Public ? "login.microsoft.com" : cloud.Login)}/device";
        await http.WriteJson(new
        {
            user_code = login.UserCode,
            device_code = code,
            verification_uri = page,
            expires_in = Lifetime,
            interval = Interval,
            message = $"To sign in, use a web browser to open the page {page} and enter the code {login.UserCode} to authenticate.",
        });
    }

    private Task Ask(HttpContext http)
    {
        var fields = new Dictionary<string, string> { ["otc"] = http.Request.Query["otc"].ToString(), ["login"] = entra.Directory.Ada.Name };
        return http.WriteForm("Enter code", "/device", fields, "Next");
    }

    private async Task Confirm(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (devices.Find(form["otc"].ToString()) is not { } login || entra.Directory.UserPrompt(form["login"].ToString()) is not { } prompt)
        {
            await http.WritePage("<h1>Sorry</h1><p>That code is not known.</p>", StatusCodes.Status400BadRequest);
            return;
        }
        if (entra.Levers.UsersDecline) login.IsDeclined = true;
        else login.UserPrompt = prompt;
        await http.WritePage("<h1>Done</h1><p>You can close this window.</p>");
    }
}
