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

    [Fact]
    public void The_identity_is_the_same_in_every_process_and_whatever_the_secret_is()
    {
        // Computed outside of this process.
        const string Known = "A34F6066215570F9FF07DBE8BD2737DBC652C99525D7D4023854E0A5312D3D9A";

        Assert.Equal(Known, Full().AddSecret("secret", new Secret(TestTokens.Text()), "env:ONE").Build().Identity);
        Assert.Equal(Known, Full().AddSecret("secret", new Secret(TestTokens.Text()), "env:OTHER").Build().Identity);
        Assert.NotEqual(Known, Full(client: "other").Build().Identity);
    }

    [Fact]
    public void The_place_of_a_secret_makes_another_key()
    {
        var secret = new Secret(TestTokens.Text());

        Assert.NotEqual(new TokenKey.Builder().AddSecret("secret", secret, "env:ONE").Build(), new TokenKey.Builder().AddSecret("secret", secret, "env:OTHER").Build());
    }

    [Fact]
    public void An_identity_is_incomplete_where_a_secret_decides_whose_token_it_is()
    {
        var given = Full().AddIdentifyingSecret("token", new Secret(TestTokens.Text())).Build();

        Assert.False(given.IsIdentityComplete);
        Assert.False(new TokenKey.Builder().Add("source", given).Build().IsIdentityComplete);
        Assert.True(Full().AddSecret("secret", new Secret(TestTokens.Text())).AddIdentifyingSecret("actor", (Secret?)null).Build().IsIdentityComplete);
    }

    [Fact]
    public void The_key_of_another_source_goes_in_with_its_secrets()
    {
        static TokenKey Of(string secret) => new TokenKey.Builder().Add("source", WithSecret(new Secret(secret))).Build();
        var text = TestTokens.Text();

        Assert.Equal(Of(text), Of(text));
        Assert.NotEqual(Of(text), Of(TestTokens.Text()));
        Assert.Equal(Of(text).Identity, Of(TestTokens.Text()).Identity);
    }

    [Theory]
    [InlineData("x;client=y", "z", "x", "y;client=z")]
    [InlineData("x;client=1:y", "z", "x", "y;client=1:z")]
    [InlineData("", "1:", "1:", "")]
    public void No_value_is_read_as_two(string authority, string client, string otherAuthority, string otherClient) =>
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
