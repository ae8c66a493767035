using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BearerTools.Tests.Msal.Support;

/// <summary>
/// Responds as Entra ID does, and as a platform's endpoint for managed identities, over real sockets on loopback. The real hosts
/// are asked for; <see cref="Sockets"/> brings the requests here.
/// </summary>
internal sealed class EntraServer : IAsyncDisposable
{
    public const string Tenant = "0f1e2d3c-0000-0000-0000-000000000001";
    public const string User = "ada@contoso.com";

    private readonly WebApplication _server;
    private readonly ConcurrentQueue<EntraAsked> _asked = new();
    private int _tokens;

    private EntraServer(WebApplication server) => _server = server;

    /// <summary>All that was asked, but for the discovery of instances.</summary>
    public IReadOnlyList<EntraAsked> Asked => [.. _asked];

    /// <summary>The response instead of a token; null for the usual one.</summary>
    public Func<EntraAsked, EntraResponse?> Responses { get; set; } = _ => null;

    /// <summary>Who sits at the browser.</summary>
    public string UserPrompt { get; set; } = "ada";

    public Uri Address => new(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public HttpMessageHandler Sockets => new Rerouted(Address);

    public static async Task<EntraServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var server = new EntraServer(application);
        application.Run(server.ServeAsync);
        await application.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        var request = context.Request;
        var form = request.HasFormContentType ? (await request.ReadFormAsync()).ToDictionary(pair => pair.Key, pair => pair.Value.ToString()) : [];
        var asked = new EntraAsked(
            request.Method, request.Host.Host, request.Path, request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()), form,
            request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        if (asked.Path.EndsWith("/discovery/instance", StringComparison.Ordinal))
        {
            await SendAsync(context, Discovery(asked.Host));
            return;
        }

        _asked.Enqueue(asked);
        await SendAsync(context, Responses(asked) ?? Usual(asked));
    }

    private static async Task SendAsync(HttpContext context, EntraResponse response)
    {
        context.Response.StatusCode = response.Status;
        foreach (var (name, value) in response.Headers ?? []) context.Response.Headers[name] = value;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(response.Body));
        if (!response.Stalls) return;
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private EntraResponse Usual(EntraAsked asked)
    {
        if (asked.Path.EndsWith("/devicecode", StringComparison.Ordinal)) return Device();
        return asked.Form.ContainsKey("grant_type") ? new(200, Token(asked)) : new(200, MachineToken());
    }

    private static EntraResponse Discovery(string host) => new(200, new Dictionary<string, object>
    {
        ["tenant_discovery_endpoint"] = $"https://{host}/common/v2.0/.well-known/openid-configuration",
        ["api-version"] = "1.1",
        ["metadata"] = new[] { new { preferred_network = host, preferred_cache = host, aliases = new[] { host } } },
    });

    private static EntraResponse Device() => new(200, new Dictionary<string, object>
    {
        ["device_code"] = "device-code-1234",
        ["user_code"] = "ABCD-EFGH",
        ["verification_uri"] = "https://microsoft.com/devicelogin",
        ["expires_in"] = 900,
        ["interval"] = 0,
        ["message"] = "Enter the code.",
    });

    private string NextToken() => $"entra-token-{Interlocked.Increment(ref _tokens).ToString(CultureInfo.InvariantCulture)}-{Guid.NewGuid():N}";

    private Dictionary<string, object> Token(EntraAsked asked)
    {
        var response = new Dictionary<string, object> { ["token_type"] = "Bearer", ["expires_in"] = 3599, ["ext_expires_in"] = 3599, ["access_token"] = NextToken() };
        if (asked.Form["grant_type"] is "client_credentials") return response;
        response["scope"] = asked.Form["scope"];
        response["refresh_token"] = $"refresh-{Guid.NewGuid():N}";
        response["id_token"] = $"{Encode("{\"alg\":\"none\"}")}.{Encode($$"""{"aud":"x","iss":"https://login.microsoftonline.com/{{Tenant}}/v2.0","tid":"{{Tenant}}","oid":"{{UserPrompt}}","sub":"{{UserPrompt}}","preferred_username":"{{UserPrompt}}@contoso.com","name":"{{UserPrompt}}","ver":"2.0"}""")}.";
        response["client_info"] = Encode($$"""{"uid":"{{UserPrompt}}","utid":"{{Tenant}}"}""");
        return response;
    }

    private Dictionary<string, object> MachineToken() => new()
    {
        ["token_type"] = "Bearer",
        ["access_token"] = NextToken(),
        ["expires_on"] = DateTimeOffset.UtcNow.AddHours(8).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        ["resource"] = "https://management.azure.com",
    };

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>Whatever the host, the request goes here; the host stays in its header.</summary>
    private sealed class Rerouted(Uri here) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var address = request.RequestUri!;
            request.Headers.Host = address.Authority;
            request.RequestUri = new UriBuilder(address) { Scheme = here.Scheme, Host = here.Host, Port = here.Port }.Uri;
            return base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>One request that came.</summary>
internal sealed record EntraAsked(
    string Method, string Host, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Form, IReadOnlyDictionary<string, string> Headers);

/// <summary>What is said to it.</summary>
internal sealed record EntraResponse(int Status, object Body, Dictionary<string, string>? Headers = null)
{
    /// <summary>An error as Entra ID spells it.</summary>
    public static EntraResponse Error(string error, int code, string words = "Something is wrong.", int status = 400, Dictionary<string, string>? headers = null) => new(status, new Dictionary<string, object>
    {
        ["error"] = error,
        ["error_description"] = $"AADSTS{code}: {words} Trace ID: 11111111-2222-3333-4444-555555555555 Correlation ID: {CorrelationId} Timestamp: 2026-01-01 00:00:00Z",
        ["error_codes"] = new[] { code },
        ["correlation_id"] = CorrelationId,
    }, headers);

    /// <summary>Whether its body begins and never ends.</summary>
    public bool Stalls { get; init; }

    public const string CorrelationId = "66666666-7777-8888-9999-aaaaaaaaaaaa";
}
