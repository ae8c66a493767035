using System.Collections.Concurrent;
using BearerTools.Sandbox.Entra.Grants;
using BearerTools.Sandbox.Serving;
using Microsoft.AspNetCore.WebUtilities;

namespace BearerTools.Sandbox.Entra;

/// <summary>Where a browser is sent for a login: a page with a form, then back to the client with a code.</summary>
internal sealed class EntraAuthorize(EntraContext entra, CodeGrant codes)
{
    private readonly ConcurrentDictionary<string, Dictionary<string, string>> _waiting = new(StringComparer.Ordinal);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/{tenant}/oauth2/v2.0/authorize", Ask).RequireHost(EntraHosts.Logins);
        routes.MapPost("/{tenant}/login", Login).RequireHost(EntraHosts.Logins);
    }

    private Task Ask(HttpContext http)
    {
        entra.Log.Request(http.Request);
        var query = http.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
        if (Problem(http.RouteText("tenant"), query) is { } problem) return http.WritePage($"<h1>Sorry</h1><p>{problem}</p>", StatusCodes.Status400BadRequest);
        if (query.GetValueOrDefault("prompt") == "none") return Return(http, query, Refusal("login_required", 50058, "Nobody is logged in, and nobody may be asked."));

        var context = RandomSecret.MakeWord();
        _waiting[context] = query;
        var prompt = entra.Directory.UserPrompt(query.GetValueOrDefault("login_hint") ?? "") ?? entra.Directory.Ada;
        return http.WriteForm("Sign in", $"/{http.RouteText("tenant")}/login", new Dictionary<string, string> { ["ctx"] = context, ["login"] = prompt.Name }, "Next");
    }

    private async Task Login(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!_waiting.TryRemove(form["ctx"].ToString(), out var query) || entra.Directory.UserPrompt(form["login"].ToString()) is not { } prompt)
        {
            await http.WritePage("<h1>Sorry</h1><p>That login is not under way.</p>", StatusCodes.Status400BadRequest);
            return;
        }

        var response = entra.Levers.UsersDecline
            ? Refusal("access_denied", 65004, "The user declined to consent to the app.")
            : new() { ["code"] = codes.Make(new AuthorizedCode(prompt, query["client_id"], query["redirect_uri"], query["code_challenge"], query.GetValueOrDefault("nonce"))) };
        await Return(http, query, response);
    }

    private string? Problem(string tenant, Dictionary<string, string> query)
    {
        if (!entra.Directory.IsTenant(tenant)) return EntraErrors.TenantUnknown(tenant).Text;
        if (!entra.Directory.IsClient(query.GetValueOrDefault("client_id") ?? "")) return EntraErrors.ClientUnknown("it", tenant).Text;
        if (!Uri.TryCreate(query.GetValueOrDefault("redirect_uri"), UriKind.Absolute, out var redirect) || !redirect.IsLoopback) return "AADSTS50011: The reply address is not registered.";
        if (query.GetValueOrDefault("response_type") != "code") return "AADSTS900144: The response_type is not code.";
        return query.GetValueOrDefault("code_challenge_method") == "S256" && query.ContainsKey("code_challenge") ? null : "AADSTS501491: A code_challenge by S256 is missing.";
    }

    private static Dictionary<string, string> Refusal(string error, int code, string text) => new()
    {
        ["error"] = error,
        ["error_description"] = $"AADSTS{code}: {text} Trace ID: {Guid.NewGuid()} Correlation ID: {Guid.NewGuid()}",
    };

    private static Task Return(HttpContext http, Dictionary<string, string> query, Dictionary<string, string> response)
    {
        if (query.TryGetValue("state", out var state)) response["state"] = state;
        if (query.GetValueOrDefault("response_mode") == "form_post") return http.WriteForm("Back", query["redirect_uri"], response, "Continue");
        http.Response.Redirect(QueryHelpers.AddQueryString(query["redirect_uri"], response!));
        return Task.CompletedTask;
    }
}
