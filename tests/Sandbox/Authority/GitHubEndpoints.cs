using System.Globalization;
using System.Text.Json;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Authority;

/// <summary>Tokens for installations of an app as GitHub gives them out, under <c>/github</c>.</summary>
internal sealed class GitHubEndpoints(SandboxContext sandbox)
{
    public const long Installation = 4711;

    private const string Docs = "https://docs.github.com/rest";

    private readonly TokenFactory _factory = new(sandbox);

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/github/app/installations/{id}/access_tokens", async http =>
    {
        sandbox.Stats.TokenRequested();
        var jwt = IssuedTokens.FromHeader(http.Request.Headers.Authorization.ToString());
        if (jwt is null || !sandbox.RegisteredKey.IsOfApp(jwt, sandbox.ClientId))
        {
            await Refuse(http, StatusCodes.Status401Unauthorized, "A JSON web token could not be decoded");
            return;
        }
        if (http.RouteText("id") != Installation.ToString(CultureInfo.InvariantCulture))
        {
            await Refuse(http, StatusCodes.Status404NotFound, "Not Found");
            return;
        }

        using var requested = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        var directives = ScopeDirectives.TryRead("opaque", out _)!;
        object permissions = requested.RootElement.TryGetProperty("permissions", out var asked) ? asked.Clone() : new { contents = "write", metadata = "read" };
        var isSome = requested.RootElement.TryGetProperty("repositories", out _);
        await http.WriteJson(
            new
            {
                token = _factory.Make($"app/{Installation}", null, directives),
                expires_at = sandbox.Clock.GetUtcNow().AddSeconds(directives.Lifetime).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                permissions,
                repository_selection = isSome ? "selected" : "all",
            },
            StatusCodes.Status201Created);
    });

    private static Task Refuse(HttpContext http, int status, string message) => http.WriteJson(new { message, documentation_url = Docs }, status);
}
