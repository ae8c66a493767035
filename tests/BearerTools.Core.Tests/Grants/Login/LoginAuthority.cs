using System.Net;
using BearerTools.Grants;
using BearerTools.Tests.Support;
using BearerTools.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace BearerTools.Tests.Grants.Login;

/// <summary>An authority that accepts every login at once, and makes the mistakes that a test sets.</summary>
internal sealed class LoginAuthority : IAsyncDisposable
{
    private readonly LoginBench _bench;

    private LoginAuthority(LoginBench bench) => _bench = bench;

    public OddServer Server { get; private set; } = null!;

    public TestBrowser Browser { get; } = new();

    public string Issuer => Server.Address;

    public string Code { get; } = Workbench.NewToken();

    public string Token { get; } = Workbench.NewToken();

    /// <summary>Members of the metadata beside the endpoints, each with a comma before it.</summary>
    public string Metadata { get; set; } = ",\"authorization_response_iss_parameter_supported\":true";

    /// <summary>The query of the redirect, made of the parameters of the login.</summary>
    public Func<IReadOnlyDictionary<string, string>, string> Redirect { get; set; } = _ => string.Empty;

    /// <summary>Members of the token response beside the token, each with a comma before it.</summary>
    public Func<string> TokenResponse { get; set; } = () => string.Empty;

    public Func<string> Jwks { get; set; } = () => """{"keys":[]}""";

    public string PushedResponse { get; set; } = """{"request_uri":"urn:ietf:params:oauth:request_uri:1","expires_in":60}""";

    /// <summary>What the last login was asked with.</summary>
    public IReadOnlyDictionary<string, string> Asked { get; private set; } = new Dictionary<string, string>();

    public static async Task<LoginAuthority> StartAsync(LoginBench bench)
    {
        var authority = new LoginAuthority(bench);
        authority.Redirect = asked => $"code={authority.Code}&state={asked["state"]}&iss={Uri.EscapeDataString(authority.Issuer)}";
        authority.Server = await OddServer.StartAsync(authority.RespondAsync);
        return authority;
    }

    public AuthorizationCodeSource Source(AuthorizationCodeOptions? options = null, GrantScope? scope = null, OAuthClientOptions? client = null) => new(
        _bench.Client(client ?? new OAuthClientOptions { Authority = Issuer, ClientId = "ops" }), scope ?? new GrantScope(), options ?? new AuthorizationCodeOptions(), Browser);

    public Task<TokenResult> LogInAsync(AuthorizationCodeSource? source = null, IUserPrompt? prompt = null) =>
        LoginBench.AcquireAsync(source ?? Source(), prompt ?? new TestUserPrompt());

    public Task<BearerTokenException> FailAsync(AuthorizationCodeSource? source = null, IUserPrompt? prompt = null) =>
        Assert.ThrowsAsync<BearerTokenException>(() => LogInAsync(source, prompt));

    public IReadOnlyList<SeenRequest> Redemptions => [.. Server.Requests.Where(r => r.Path == "/token")];

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private Task RespondAsync(HttpContext context)
    {
        switch (context.Request.Path)
        {
            case "/authorize":
                Asked = Parameters(context.Request.QueryString.ToString());
                if (Asked.ContainsKey("request_uri")) Asked = Server.Requests.Last(r => r.Path == "/par").Form;
                context.Response.StatusCode = (int)HttpStatusCode.Redirect;
                context.Response.Headers.Location = $"{Asked["redirect_uri"]}?{Redirect(Asked)}";
                return Task.CompletedTask;
            case "/par":
                return OddServer.JsonAsync(context, PushedResponse, 201);
            case "/token":
                return OddServer.JsonAsync(context, $$"""{"access_token":"{{Token}}","token_type":"Bearer","expires_in":3600{{TokenResponse()}}}""");
            case "/jwks":
                return OddServer.JsonAsync(context, Jwks());
            default:
                var at = $"http://{context.Request.Host}";
                return OddServer.JsonAsync(context,
                    $$"""{"issuer":"{{at}}","authorization_endpoint":"{{at}}/authorize","token_endpoint":"{{at}}/token","pushed_authorization_request_endpoint":"{{at}}/par","jwks_uri":"{{at}}/jwks"{{Metadata}}}""");
        }
    }

    private static Dictionary<string, string> Parameters(string query) =>
        QueryHelpers.ParseQuery(query).ToDictionary(p => p.Key, p => string.Join('\n', p.Value!), StringComparer.Ordinal);
}
