using System.Text;
using BearerTools.Sandbox.Serving;
using Microsoft.AspNetCore.WebUtilities;

namespace BearerTools.Sandbox.Authority;

/// <summary>
/// Authorities with something wrong, each at <c>/odd/NAME</c>. Their documents stand where RFC 8414 puts them (before the
/// issuer's path) and where OpenID Connect puts them (after it).
/// </summary>
internal sealed class OddAuthorities(SandboxContext sandbox)
{
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(30);

    public void Map(IEndpointRouteBuilder routes)
    {
        Everywhere(routes, "not-json", http => http.WriteBytes("<html><body>Welcome</body></html>"u8.ToArray(), "text/html"));
        Everywhere(routes, "other-issuer", http => http.WriteJson(Discovery.Metadata(sandbox, sandbox.Issuer + "/odd/another")));
        Everywhere(routes, "no-endpoint", http => http.WriteJson(Spoiled("no-endpoint", metadata => metadata.Remove("token_endpoint"))));
        Everywhere(routes, "http-endpoint", http =>
            http.WriteJson(Spoiled("http-endpoint", metadata => metadata["token_endpoint"] = "http://id.example.com/token")));
        Everywhere(routes, "slow", async http =>
        {
            await Task.Delay(s_slow, sandbox.Clock, http.RequestAborted);
            await http.WriteJson(Discovery.Metadata(sandbox, Issuer("slow")));
        });
        Everywhere(routes, "redirect", http =>
        {
            http.Response.Redirect("/.well-known/openid-configuration");
            return Task.CompletedTask;
        });
        Everywhere(routes, "echo-secret", http =>
            http.WriteJson(Spoiled("echo-secret", metadata => metadata["token_endpoint"] = Issuer("echo-secret") + "/token")));
        routes.MapPost("/odd/echo-secret/token", EchoSecret);
        routes.MapPost("/odd/redirect/token", http =>
        {
            sandbox.Stats.TokenRequested();
            http.Response.Redirect("/token", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });

        // Sound ones, found by only one of the two rules.
        foreach (var document in Discovery.Documents)
        {
            routes.MapGet($"/.well-known/{document}/odd/only-inserted", http => http.WriteJson(Discovery.Metadata(sandbox, Issuer("only-inserted"))));
            routes.MapGet($"/odd/only-appended/.well-known/{document}", http => http.WriteJson(Discovery.Metadata(sandbox, Issuer("only-appended"))));
        }
    }

    private static void Everywhere(IEndpointRouteBuilder routes, string name, RequestDelegate response)
    {
        foreach (var document in Discovery.Documents)
        {
            routes.MapGet($"/.well-known/{document}/odd/{name}", response);
            routes.MapGet($"/odd/{name}/.well-known/{document}", response);
        }
    }

    private string Issuer(string name) => $"{sandbox.Issuer}/odd/{name}";

    private Dictionary<string, object> Spoiled(string name, Action<Dictionary<string, object>> spoil)
    {
        var metadata = Discovery.Metadata(sandbox, Issuer(name));
        spoil(metadata);
        return metadata;
    }

    /// <summary>Says what it received in every form, as authorities with careless logging do.</summary>
    private async Task EchoSecret(HttpContext http)
    {
        sandbox.Stats.TokenRequested();
        var header = http.Request.Headers.Authorization.ToString();
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        var (_, basic) = ClientAuthentication.FromHeader(header);
        var post = new FormReader(body).ReadForm().GetValueOrDefault("client_secret").ToString();
        var description = $"Cannot serve the client with secret '{basic}{post}', header '{header}', body '{body}'.";
        await new OAuthError("invalid_request", description).ApiResponse(http);
    }
}
