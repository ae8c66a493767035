using BearerTools.Grants;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Grants.Login;

/// <summary>How long the keys of an authority are kept, and when they are loaded again.</summary>
public sealed class AuthorityKeysTests : IDisposable
{
    private static readonly GrantScope s_openId = new() { Scopes = ["openid"] };

    private readonly LoginBench _bench = new();
    private TestSigner _signer = new();

    [Fact]
    public async Task Keys_are_loaded_once_in_24_hours()
    {
        await using var authority = await AuthorityAsync();

        await authority.LogInAsync(authority.Source(scope: s_openId));
        _bench.Clock.Advance(TimeSpan.FromHours(23));
        await authority.LogInAsync(authority.Source(scope: s_openId));
        Assert.Equal(1, Loads(authority));
        _bench.Clock.Advance(TimeSpan.FromHours(1));
        await authority.LogInAsync(authority.Source(scope: s_openId));

        Assert.Equal(2, Loads(authority));
    }

    [Fact]
    public async Task An_unknown_key_loads_them_again()
    {
        await using var authority = await AuthorityAsync();
        await authority.LogInAsync(authority.Source(scope: s_openId));

        Rotate();
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));
        await authority.LogInAsync(authority.Source(scope: s_openId));

        Assert.Equal(2, Loads(authority));
    }

    [Fact]
    public async Task Signatures_that_do_not_fit_load_them_once_a_minute_at_most()
    {
        await using var authority = await AuthorityAsync();
        await authority.LogInAsync(authority.Source(scope: s_openId));
        authority.Jwks = _signer.Jwks;
        Rotate(publish: false);
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));

        for (var n = 0; n < 3; n++) Assert.Equal("InvalidIdToken", (await authority.FailAsync(authority.Source(scope: s_openId))).ErrorId);

        Assert.Equal(2, Loads(authority));
    }

    [Fact]
    public async Task Clear_forgets_them_and_the_metadata()
    {
        await using var authority = await AuthorityAsync();
        await authority.LogInAsync(authority.Source(scope: s_openId));

        _bench.Discovery.Clear();
        await authority.LogInAsync(authority.Source(scope: s_openId));

        Assert.Equal(2, Loads(authority));
        Assert.Equal(2, authority.Server.Requests.Count(request => request.Path.Contains(".well-known", StringComparison.Ordinal)));
    }

    public void Dispose()
    {
        _bench.Dispose();
        _signer.Dispose();
    }

    private static int Loads(LoginAuthority authority) => authority.Server.Requests.Count(request => request.Path == "/jwks");

    private void Rotate(bool publish = true)
    {
        _signer.Dispose();
        _signer = new TestSigner(ownBits: publish ? null : 2048);
    }

    private async Task<LoginAuthority> AuthorityAsync()
    {
        var authority = await LoginAuthority.StartAsync(_bench);
        authority.Jwks = () => _signer.Jwks();
        authority.TokenResponse = () =>
        {
            var end = _bench.Clock.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds();
            var claims = $$"""{"iss":"{{authority.Issuer}}","sub":"1","aud":"ops","exp":{{end}},"nonce":"{{authority.Asked["nonce"]}}"}""";
            return $",\"id_token\":\"{_signer.Sign(claims)}\"";
        };
        return authority;
    }
}
