using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

public sealed class TokenKeyTests
{
    [Fact]
    public void Equal_parts_make_equal_keys()
    {
        Assert.Equal(Full().Build(), Full().Build());
        Assert.Equal(Full().Build().GetHashCode(), Full().Build().GetHashCode());
    }

    [Fact]
    public void Every_part_makes_another_key()
    {
        TokenKey[] keys =
        [
            Full().Build(),
            Full(authority: "https://id.example.com/other").Build(),
            Full(authority: null).Build(),
            Full(authority: "").Build(),
            Full(authority: "-").Build(),
            Full(client: "OPS").Build(),
            Full(endpoint: new Uri("https://id.example.com/token/")).Build(),
            Full(endpoint: new Uri("https://id.example.com:8443/token")).Build(),
            Full(endpoint: null).Build(),
            Full(scopes: ["read"]).Build(),
            Full(scopes: ["read", "Write"]).Build(),
            Full(scopes: []).Build(),
            Full().Add("extra", "1").Build(),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void Order_and_repetition_of_scopes_make_no_other_key() =>
        Assert.Equal(Full(scopes: ["read", "write"]).Build(), Full(scopes: ["write", "read", "write"]).Build());

    [Fact]
    public void A_rotated_secret_is_another_key()
    {
        var text = TestTokens.Text();

        Assert.Equal(WithSecret(new Secret(text)), WithSecret(new Secret(text)));
        Assert.NotEqual(WithSecret(new Secret(text)), WithSecret(new Secret(TestTokens.Text())));
        Assert.NotEqual(WithSecret(new Secret(text)), WithSecret(null));
    }

    [Theory]
    [InlineData("x;client=y", "z", "x", "y;client=z")]
    [InlineData("x;client=1:y", "z", "x", "y;client=1:z")]
    [InlineData("", "1:", "1:", "")]
    public void No_value_passes_for_two(string authority, string client, string otherAuthority, string otherClient) =>
        Assert.NotEqual(
            new TokenKey.Builder().Add("authority", authority).Add("client", client).Build(),
            new TokenKey.Builder().Add("authority", otherAuthority).Add("client", otherClient).Build());

    [Fact]
    public void A_scope_with_a_space_is_not_two_scopes() =>
        Assert.NotEqual(Full(scopes: ["a b"]).Build(), Full(scopes: ["a", "b"]).Build());

    [Fact]
    public void A_scope_is_not_a_resource() =>
        Assert.NotEqual(
            new TokenKey.Builder().AddSet("scope", ["a"]).AddSet("resource", []).Build(),
            new TokenKey.Builder().AddSet("scope", []).AddSet("resource", ["a"]).Build());

    private static TokenKey WithSecret(Secret? secret) => new TokenKey.Builder().AddSecret("secret", secret).Build();

    private static TokenKey.Builder Full(string? authority = "https://id.example.com/", string client = "ops", string[]? scopes = null) =>
        Full(new Uri("https://id.example.com/token"), authority, client, scopes);

    private static TokenKey.Builder Full(Uri? endpoint, string? authority = "https://id.example.com/", string client = "ops", string[]? scopes = null) =>
        new TokenKey.Builder().Add("authority", authority).Add("endpoint", endpoint).Add("client", client).AddSet("scope", scopes ?? ["read", "write"]);
}
