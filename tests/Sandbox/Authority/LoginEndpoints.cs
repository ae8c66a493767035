using System.Text;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Authority;

/// <summary>Logins that are not OAuth: a name and a password in, a token somewhere in the response.</summary>
internal sealed class LoginEndpoints(SandboxContext sandbox)
{
    private readonly TokenFactory _factory = new(sandbox);

    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/login", (http, token, lifetime) => http.WriteJson(new { token, expires_in = lifetime }));
        Map(routes, "/login/nested", (http, token, lifetime) => http.WriteJson(new { data = new { auth = new { accessToken = token, expiresIn = lifetime } } }));
        Map(routes, "/login/text", (http, token, _) => http.WriteBytes(Encoding.UTF8.GetBytes(token), "text/plain"));
        Map(routes, "/login/quoted", (http, token, _) => http.WriteJson(token));
        Map(routes, "/login/header", (http, token, _) =>
        {
            http.Response.Headers["X-Auth-Token"] = token;
            return Task.CompletedTask;
        });
        Map(routes, "/login/odd", (http, _, _) => http.WriteJson(new { status = "ok", session = new { user = sandbox.UserName, idle = 5 } }));
        routes.MapPost("/login/redirect", http =>
        {
            sandbox.Stats.LoggedIn();
            http.Response.Redirect("/login", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
    }

    private void Map(IEndpointRouteBuilder routes, string path, Func<HttpContext, string, int, Task> response) => routes.MapPost(path, async http =>
    {
        sandbox.Stats.LoggedIn();
        if (await LoginRequest.TryRead(http.Request, http.RequestAborted) is not { } login)
        {
            await http.WriteJson(new { message = "A login is a JSON object or a form with username and password." }, StatusCodes.Status400BadRequest);
            return;
        }
        if (login.UserName != sandbox.UserName || login.Password != sandbox.Password)
        {
            await http.WriteJson(new { message = "User name or password is wrong." }, StatusCodes.Status401Unauthorized);
            return;
        }
        if (ScopeDirectives.TryRead(login.Lifetime is null ? "" : "lifetime:" + login.Lifetime, out _) is not { } directives)
        {
            await http.WriteJson(new { message = "The lifetime is a whole number of seconds." }, StatusCodes.Status400BadRequest);
            return;
        }
        await response(http, _factory.Make(login.UserName, null, directives), directives.Lifetime);
    });
}
