using System.Text;
using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Entra;

/// <summary>
/// Graph and the resource manager of each cloud, as far as tests go. When a challenge is set, tokens count only if they
/// were asked for with it: continuous access evaluation, for clients that said they know it.
/// </summary>
internal sealed class EntraApi(EntraContext entra)
{
    private const string Graph = "00000003-0000-0000-c000-000000000000";
    private const string KnowsChallenges = "cp1";

    public void Map(IEndpointRouteBuilder routes)
    {
        Get(routes, "/v1.0/me", (http, token) => token.UserPrompt is { } prompt
            ? http.WriteJson(new { id = prompt.Id, displayName = prompt.DisplayName, userPrincipalName = prompt.Name })
            : http.WriteJson(new { error = new { code = "BadRequest", message = "/me request is only valid with delegated authentication flow." } }, StatusCodes.Status400BadRequest));
        Get(routes, "/v1.0/users", (http, _) => http.WriteJson(new { value = new[] { entra.Directory.Ada, entra.Directory.Ben }.Select(prompt => new { id = prompt.Id, userPrincipalName = prompt.Name }) }));
        Get(routes, "/v1.0/users/{id}", (http, token) => http.WriteJson(new { id = http.RouteText("id"), client = token.Client }));
        Get(routes, "/subscriptions", (http, token) => http.WriteJson(new { value = new[] { new { subscriptionId = "1", displayName = "ops", client = token.Client } } }));
    }

    public void Get(IEndpointRouteBuilder routes, string path, Func<HttpContext, IssuedEntraToken, Task> response) => Route(routes, HttpMethods.Get, path, response);

    public void Route(IEndpointRouteBuilder routes, string method, string path, Func<HttpContext, IssuedEntraToken, Task> response) => routes.MapMethods(path, [method], http =>
    {
        entra.Log.Request(http.Request);
        var sent = IssuedTokens.FromHeader(http.Request.Headers.Authorization.ToString());
        if (sent is null || entra.Tokens.FindLive(sent) is not { } token || token.Audience.TrimEnd('/') != "https://" + http.Request.Host.Host)
            return Refuse(http, "error=\"invalid_token\"", "Access token validation failure.");
        if (entra.Levers.Challenge is not { } requested || token.Claims.Met == requested) return response(http, token);
        if (!token.Claims.Capabilities.Contains(KnowsChallenges)) return Refuse(http, "error=\"invalid_token\"", "The token was revoked.");
        var claims = Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{ "access_token": { "nbf": { "essential": true, "value": "{{requested}}" } } }"""));
        return Refuse(http, $"error=\"insufficient_claims\", claims=\"{claims}\"", "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp");
    }).RequireHost(EntraHosts.Apis);

    private static Task Refuse(HttpContext http, string parameters, string message)
    {
        http.Response.Headers.WWWAuthenticate = $"Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", client_id=\"{Graph}\", {parameters}";
        return http.WriteJson(new { error = new { code = "InvalidAuthenticationToken", message } }, StatusCodes.Status401Unauthorized);
    }
}
