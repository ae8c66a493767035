using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Fuzz.Support;
using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Fuzz.Targets;

/// <summary>Responses of authorities: each alone, and through whole flows.</summary>
internal static class AuthorityTargets
{
    private static readonly Uri s_endpoint = new("http://127.0.0.1:8080/token");

    private static readonly AccessToken s_token = new(new Secret("opaque-token"), new TokenMetadata());

    public static IEnumerable<Target> All { get; } =
    [
        Target.OfBytes("TokenResponses", "token", bytes => _ = TokenResponse.Read(Responses.Authority(bytes), DateTimeOffset.UnixEpoch, null, EventSink.None).ToToken(new TokenMetadata())),
        Target.OfBytes("TokenErrors", "error", Errors),
        Target.OfBytes("DeviceAuthorizations", "device", bytes => _ = DeviceAuthorization.Read(Responses.Authority(bytes), DateTimeOffset.UnixEpoch)),
        Target.OfBytes("LoginResponses", "login", bytes => Login(bytes, new())),
        Target.OfBytes("LoginResponsesByPath", "login", bytes => Login(bytes, new("data.auth.accessToken", "data.auth.expires"))),
        Target.OfBytes("Metadata", "metadata", bytes => Metadata(new Uri("https://id.example.com/x"), bytes)),
        Target.OfBytes("LoopbackMetadata", "metadata", bytes => Metadata(new Uri("http://127.0.0.1/x"), bytes)),
        Target.OfBytes("Introspections", "introspection", Introspected),
        Target.OfTask("ClientCredentialsFlow", "token", text => AcquireAsync(text, backchannel => new ClientCredentialsSource(backchannel, new Discovery(backchannel), Client() with { TokenEndpoint = s_endpoint }, new GrantScope()))),
        Target.OfTask("DiscoveredFlow", "metadata", text => AcquireAsync(text, backchannel => new ClientCredentialsSource(backchannel, new Discovery(backchannel), Client() with { Authority = "http://127.0.0.1" }, new GrantScope()))),
        Target.OfTask("RefreshTokenFlow", "token", text => AcquireAsync(text, backchannel => new RefreshTokenSource(new OAuthClient(backchannel, new Discovery(backchannel), Client() with { TokenEndpoint = s_endpoint }), SecretReference.To(new Secret("refresh-token")), new GrantScope()))),
    ];

    private static OAuthClientOptions Client() => new() { ClientId = "ops", Secret = SecretReference.To(new Secret("client-secret")) };

    private static void Errors(byte[] bytes)
    {
        foreach (var status in (ReadOnlySpan<HttpStatusCode>)[HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.ServiceUnavailable])
            _ = OAuthErrors.Read(Responses.Authority(bytes, status), "ops");
    }

    private static void Login(byte[] bytes, LoginPaths paths)
    {
        var options = new JsonLoginOptions { LoginUri = s_endpoint, Body = LoginBody.Of(new LoginFields()), TokenPath = paths.Token, ExpiresInPath = paths.Expiry };
        _ = new LoginResponse(Responses.Authority(bytes), options).Read(DateTimeOffset.UtcNow, new TokenMetadata(), EventSink.None);
    }

    private static void Metadata(Uri source, byte[] bytes)
    {
        if (ServerJson.TryParse(bytes) is { } document) _ = new MetadataReader(source).Read(document).ForMutualTls();
    }

    private static void Introspected(byte[] bytes)
    {
        if (ServerJson.TryParse(bytes) is { ValueKind: System.Text.Json.JsonValueKind.Object } document)
            _ = new TokenRequirements().Unmet(TokenContent.Of(s_token, isActive: true, Jwt.ReadClaims(document)), DateTimeOffset.UtcNow);
    }

    private static async Task AcquireAsync(string text, Func<OAuthBackchannel, ITokenSource> make)
    {
        using var http = new HttpMessageInvoker(new SameBody(Mutants.Bytes(text), text.Length % 5 == 0 ? HttpStatusCode.BadRequest : HttpStatusCode.OK));
        _ = await make(new OAuthBackchannel(http, TimeProvider.System)).AcquireAsync(TokenRequestContext.Default, default);
    }

    private sealed record LoginPaths(string? Token = null, string? Expiry = null);
}
