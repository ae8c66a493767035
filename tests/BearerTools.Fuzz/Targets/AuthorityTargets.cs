using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Fuzz.Support;
using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Grants.Login;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Fuzz.Targets;

/// <summary>Responses of authorities: each alone, and through whole flows.</summary>
internal static class AuthorityTargets
{
    private static readonly Uri s_endpoint = new("http://127.0.0.1:8080/token");

    private static readonly AccessToken s_token = new(new Secret("opaque-token"), new TokenMetadata());

    private static readonly KnownKey s_key = new(KeyFormat.Read(Mutants.Bytes(Mutants.Of("key", 0, 1)), null, null));

    public static IEnumerable<Target> All { get; } =
    [
        Target.OfBytes("TokenResponses", "token", bytes => _ = TokenResponse.Read(Responses.Authority(bytes), DateTimeOffset.UnixEpoch, null, EventSink.None).ToToken(new TokenMetadata())),
        Target.OfBytes("TokenErrors", "error", Errors),
        Target.OfBytes("DeviceAuthorizations", "device", bytes => _ = DeviceAuthorization.Read(Responses.Authority(bytes), DateTimeOffset.UnixEpoch)),
        Target.OfBytes("LoginResponses", "login", bytes => Login(bytes, new())),
        Target.OfBytes("LoginResponsesByPath", "login", bytes => Login(bytes, new("data.auth.accessToken", "data.auth.expires"))),
        Target.OfBytes("Metadata", "metadata", bytes => Metadata(new Uri("https://id.example.com/x"), bytes)),
        Target.OfBytes("LoopbackMetadata", "metadata", bytes => Metadata(new Uri("http://127.0.0.1/x"), bytes)),
        new("LoginExpirySeconds", "number", Expiry),
        new("LoginExpiryDates", "date", Expiry),
        Target.OfBytes("ServerMessages", "error", bytes => _ = ServerMessage.Find(Responses.Authority(bytes, HttpStatusCode.BadRequest))),
        Target.OfBytes("Introspections", "introspection", Introspected),
        Target.OfTask("ClientCredentialsFlow", "token", text => AcquireAsync(text, backchannel => new ClientCredentialsSource(backchannel, new Discovery(backchannel), Client() with { TokenEndpoint = s_endpoint }, new GrantScope()))),
        Target.OfTask("DiscoveredFlow", "metadata", text => AcquireAsync(text, backchannel => new ClientCredentialsSource(backchannel, new Discovery(backchannel), Client() with { Authority = "http://127.0.0.1" }, new GrantScope()))),
        Target.OfTask("RefreshTokenFlow", "token", text => AcquireAsync(text, backchannel => new RefreshTokenSource(new OAuthClient(backchannel, new Discovery(backchannel), Client() with { TokenEndpoint = s_endpoint }), SecretReference.To(new Secret("refresh-token")), new GrantScope()))),
        Target.OfTask("GitHubAppFlow", "token", text => AcquireAsync(text, backchannel => new GitHubAppSource(backchannel, new GitHubAppOptions { AppId = "1", InstallationId = 2, Key = s_key }))),
        Target.OfTask("LoginFlow", "login", text => AcquireAsync(text, backchannel => new JsonLoginSource(backchannel, new RejectedLogins(TimeProvider.System), new JsonLoginOptions { LoginUri = s_endpoint, Body = LoginBody.Of(new LoginFields()) }))),
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

    /// <summary>As a number and as a text.</summary>
    private static void Expiry(string text)
    {
        foreach (var value in new[] { text, $"\"{text}\"" }) Login(Mutants.Bytes($$"""{"token":"t-0123456789abcdef","expires_in":{{value}}}"""), new());
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

    /// <summary>A key in memory.</summary>
    private sealed class KnownKey(ClientKey key) : KeyPlace
    {
        public override string? Text => null;

        public override ClientKey Read() => key;
    }

    private sealed record LoginPaths(string? Token = null, string? Expiry = null);
}
