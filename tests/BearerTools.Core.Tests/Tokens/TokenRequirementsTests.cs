using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

public sealed class TokenRequirementsTests
{
    private static readonly DateTimeOffset s_now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_opaque_token_passes_where_nothing_is_required() =>
        Assert.Empty(new TokenRequirements().Unmet(Opaque(null), s_now));

    [Fact]
    public void A_token_that_expires_now_has_expired()
    {
        Assert.StartsWith("It expired at ", Assert.Single(new TokenRequirements().Unmet(Opaque(TimeSpan.Zero), s_now)), StringComparison.Ordinal);
        Assert.Empty(new TokenRequirements().Unmet(Opaque(TimeSpan.FromTicks(1)), s_now));
    }

    [Theory]
    [InlineData(599, false)]
    [InlineData(600, true)]
    public void The_minimum_lifetime_is_counted_from_now(int seconds, bool isEnough)
    {
        var reasons = new TokenRequirements { MinimumLifetime = TimeSpan.FromMinutes(10) }.Unmet(Opaque(TimeSpan.FromSeconds(seconds)), s_now);

        if (isEnough) Assert.Empty(reasons);
        else Assert.StartsWith("It expires in 00:09:59, at ", Assert.Single(reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_end_promises_no_lifetime() =>
        Assert.Contains("Its expiry time is unknown", Assert.Single(new TokenRequirements { MinimumLifetime = TimeSpan.FromSeconds(1) }.Unmet(Opaque(null), s_now)), StringComparison.Ordinal);

    [Theory]
    [InlineData(299, true)]
    [InlineData(301, false)]
    public void A_token_that_begins_in_the_future_is_not_valid_yet_but_clocks_may_differ(int seconds, bool isFine) =>
        Assert.Equal(isFine, new TokenRequirements().Unmet(Jwt($$"""{"nbf":{{s_now.ToUnixTimeSeconds() + seconds}}}"""), s_now).Count == 0);

    [Theory]
    [InlineData("\"https://api.example.com\"", true)]
    [InlineData("[\"other\",\"https://api.example.com\"]", true)]
    [InlineData("\"https://api.example.com/\"", false)]
    [InlineData("\"HTTPS://api.example.com\"", false)]
    [InlineData("[]", false)]
    [InlineData("42", false)]
    public void The_audience_is_compared_exactly(string aud, bool isOurs)
    {
        var requested = new TokenRequirements { Audiences = ["https://api.example.com", "api://else"] };

        Assert.Equal(isOurs, requested.Unmet(Jwt($$"""{"aud":{{aud}}}"""), s_now).Count == 0);
    }

    [Fact]
    public void The_account_of_an_opaque_token_is_not_guessed() =>
        Assert.Contains("does not show its audience", Assert.Single(new TokenRequirements { Audiences = ["a"] }.Unmet(Opaque(null), s_now)), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"scope":"a b c"}""", true)]
    [InlineData("""{"scp":"b a"}""", true)]
    [InlineData("""{"scp":["a","b"]}""", true)]
    [InlineData("""{"scope":"a"}""", false)]
    [InlineData("""{"scope":"ab"}""", false)]
    [InlineData("""{"scope":"A B"}""", false)]
    [InlineData("""{}""", false)]
    public void All_scopes_must_be_there(string claims, bool areThere) =>
        Assert.Equal(areThere, new TokenRequirements { Scopes = ["a", "b"] }.Unmet(Jwt(claims), s_now).Count == 0);

    [Fact]
    public void The_scopes_that_were_granted_count_for_an_opaque_token()
    {
        var token = TokenContent.Of(new AccessToken(new Secret(TestTokens.TokenText()), new TokenMetadata { Scopes = ["a"] }));

        Assert.Empty(new TokenRequirements { Scopes = ["a"] }.Unmet(token, s_now));
        Assert.Equal("It lacks the scope 'b'; it has 'a'.", Assert.Single(new TokenRequirements { Scopes = ["a", "b"] }.Unmet(token, s_now)));
    }

    [Theory]
    [InlineData("exp", "\"2029-12-31T00:00:00Z\"")]
    [InlineData("exp", "\"1893499200\"")]
    [InlineData("exp", "-5")]
    [InlineData("exp", "1e400")]
    [InlineData("exp", "1893499200000")]
    [InlineData("exp", "[1893499200]")]
    [InlineData("exp", "null")]
    [InlineData("nbf", "\"soon\"")]
    public void A_time_that_cannot_be_read_is_refused(string claim, string value)
    {
        Assert.Contains($"'{claim}'", Assert.Single(new TokenRequirements().Unmet(Jwt($$"""{"{{claim}}":{{value}}}"""), s_now)), StringComparison.Ordinal);

        var content = TokenContent.Of(TestTokens.Token(), isActive: true, BearerTools.Tokens.Jwt.TryRead(TestTokens.Jwt($$"""{"{{claim}}":{{value}}}"""))!.Claims);
        Assert.Single(new TokenRequirements().Unmet(content, s_now));
    }

    [Fact]
    public void Every_reason_is_reported()
    {
        var requested = new TokenRequirements { Audiences = ["x"], Scopes = ["y"], MinimumLifetime = TimeSpan.FromHours(1) };

        Assert.Equal(3, requested.Unmet(Opaque(TimeSpan.FromMinutes(1)), s_now).Count);
    }

    [Fact]
    public void Reasons_hold_nothing_that_steers_a_terminal() =>
        Assert.DoesNotContain('\u001b', Assert.Single(new TokenRequirements { Audiences = ["x"] }.Unmet(Jwt("""{"aud":"\u001b[2Jevil"}"""), s_now)));

    private static TokenContent Opaque(TimeSpan? lifetime) =>
        TokenContent.Of(new AccessToken(new Secret(TestTokens.TokenText()), new TokenMetadata { ExpiresOn = s_now + lifetime }));

    private static TokenContent Jwt(string claims) => TokenContent.Of(TestTokens.Token(value: TestTokens.Jwt(claims)));
}
