using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BearerTools.Sandbox;

namespace BearerTools.Tests.Sandbox;

public sealed class SandboxAuthorityTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_proves_itself_in_the_header_or_in_the_body_and_the_API_takes_its_token(bool inHeader)
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions());
        using var caller = new SandboxCaller(server);

        using var response = await caller.RequestTokenAsync(new() { ["grant_type"] = "client_credentials" }, inHeader ? caller.Basic() : null);
        var token = (await SandboxCaller.ReadAsync(response)).GetProperty("access_token").GetString()!;
        using var item = await caller.GetAsync("api/items/7", token);

        Assert.Equal(7, (await SandboxCaller.ReadAsync(item)).GetProperty("id").GetInt32());
        Assert.Equal((1, 1, 0), (server.Stats.TokensIssued, server.Stats.Requests, server.Stats.Unauthorized));
    }

    [Fact]
    public async Task A_token_ends_with_its_lifetime()
    {
        var clock = new HandClock();
        await using var server = await SandboxServer.StartAsync(new SandboxOptions { Clock = clock });
        using var caller = new SandboxCaller(server);
        var token = await caller.TokenAsync("lifetime:2");

        clock.Advance(TimeSpan.FromSeconds(1.9));
        using var before = await caller.GetAsync("api/users", token);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        using var after = await caller.GetAsync("api/users", token);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        Assert.Contains("error=\"invalid_token\"", after.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refresh_token_works_once_and_its_second_use_ends_what_came_from_it()
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions());
        using var caller = new SandboxCaller(server);
        using var granted = await caller.RequestTokenAsync(new() { ["grant_type"] = "client_credentials", ["scope"] = "refresh" });
        var first = await RefreshTokenOf(granted);

        using var rotated = await Refresh(caller, first);
        var second = await RefreshTokenOf(rotated);
        using var reused = await Refresh(caller, first);
        using var afterReuse = await Refresh(caller, second);

        Assert.NotEqual(first, second);
        Assert.Equal("invalid_grant", (await SandboxCaller.ReadAsync(reused)).GetProperty("error").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, afterReuse.StatusCode);
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public async Task A_JWT_verifies_against_the_published_key(string algorithm)
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions());
        using var caller = new SandboxCaller(server);
        var parts = (await caller.TokenAsync("alg:" + algorithm)).Split('.');
        using var response = await caller.GetAsync("jwks", "");
        var key = (await SandboxCaller.ReadAsync(response)).GetProperty("keys").EnumerateArray().Single(k => k.GetProperty("alg").GetString() == algorithm);

        var signed = Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]);

        Assert.True(Verify(key, signed, Decode(parts[2])));
        signed[^1] ^= 1;
        Assert.False(Verify(key, signed, Decode(parts[2])));
    }

    [Theory]
    [InlineData("/.well-known/oauth-authorization-server/odd/other-issuer")]
    [InlineData("/odd/other-issuer/.well-known/openid-configuration")]
    public async Task A_nonstandard_authority_serves_its_metadata_at_both_addresses(string path)
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions());
        using var caller = new SandboxCaller(server);

        using var response = await caller.GetAsync(path, "");

        Assert.NotEqual(new Uri(server.Address, "/odd/other-issuer").AbsoluteUri, (await SandboxCaller.ReadAsync(response)).GetProperty("issuer").GetString());
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_the_right_one_gives_a_token()
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions());
        using var caller = new SandboxCaller(server);

        using var wrong = await caller.LoginAsync("login", "guess");
        using var right = await caller.LoginAsync("login/text", server.Password);
        using var users = await caller.GetAsync("api/users", await right.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.OK, users.StatusCode);
        Assert.Equal((2, 1), (server.Stats.Logins, server.Stats.TokensIssued));
    }

    private static Task<HttpResponseMessage> Refresh(SandboxCaller caller, string refreshToken) =>
        caller.RequestTokenAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken });

    private static async Task<string> RefreshTokenOf(HttpResponseMessage response) =>
        (await SandboxCaller.ReadAsync(response)).GetProperty("refresh_token").GetString()!;

    private static bool Verify(JsonElement key, byte[] signed, byte[] signature)
    {
        byte[] Part(string name) => Decode(key.GetProperty(name).GetString()!);
        if (key.GetProperty("kty").GetString() == "RSA")
        {
            using var rsa = RSA.Create(new RSAParameters { Modulus = Part("n"), Exponent = Part("e") });
            return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        using var ec = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Part("x"), Y = Part("y") } });
        return ec.VerifyData(signed, signature, HashAlgorithmName.SHA256);
    }

    private static byte[] Decode(string text)
    {
        var padded = text.Replace('-', '+').Replace('_', '/');
        return Convert.FromBase64String(padded.PadRight((padded.Length + 3) / 4 * 4, '='));
    }
}
