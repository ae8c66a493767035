using System.Globalization;
using System.Net;
using System.Security;
using System.Text.Json;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Tokens;

public sealed class AccessTokenTests
{
    private static readonly DateTimeOffset s_end = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);

    [Fact]
    public void It_prints_its_fingerprint_and_its_end_and_nothing_secret()
    {
        var value = TestTokens.TokenText();
        using var secure = new NetworkCredential("", value).SecurePassword;
        var token = new AccessToken(secure, s_end);

        Assert.Equal($"AccessToken {token.Fingerprint}, expires {s_end.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture)}", token.ToString());
        Assert.Equal($"AccessToken {token.Fingerprint}", new AccessToken(secure).ToString());
        Assert.DoesNotContain(value, JsonSerializer.Serialize(token), StringComparison.Ordinal);
        Assert.DoesNotContain(typeof(AccessToken).GetProperties(), property => property.GetValue(token) is string text && text.Contains(value, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("th-TH")]
    [InlineData("ar-SA")]
    [InlineData("fa-IR")]
    public void It_prints_the_year_of_the_Gregorian_calendar_in_every_culture(string culture)
    {
        var token = TestTokens.Token(issuedOn: s_end, lifetime: TimeSpan.Zero);

        Assert.Contains("expires 2031-02-0", Cultures.Under(culture, token.ToString), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("preferred_username")]
    [InlineData("upn")]
    [InlineData("sub")]
    public void What_is_shown_of_it_has_no_control_characters(string claim)
    {
        using var secure = new NetworkCredential("", TestTokens.Jwt($$"""{"{{claim}}":"a\u001b[31m\u202eb"}""")).SecurePassword;
        var given = new BearerTools.Tokens.TokenMetadata { Scopes = ["r\u001b[2Jead"], Authority = "https://login.example.com/\u0007", ClientId = "o\nps" };

        Assert.Equal("a[31mb", new AccessToken(secure).Account);
        var token = new AccessToken(new BearerTools.Security.Secret(TestTokens.TokenText()), given);
        Assert.Equal(("r[2Jead", "https://login.example.com/", "o ps"), (Assert.Single(token.Scopes), token.Authority, token.ClientId));
    }

    [Fact]
    public void It_becomes_a_SecureString_by_itself()
    {
        var value = TestTokens.TokenText();

        using SecureString converted = TestTokens.Token(value: value);

        Assert.Equal(value, new NetworkCredential("", converted).Password);
        Assert.Throws<ArgumentNullException>(() => (SecureString)(AccessToken)null!);
    }

    [Fact]
    public void Its_SecureString_may_be_disposed_and_asked_for_again()
    {
        var token = TestTokens.Token();

        token.Token.Dispose();

        using var again = token.Token;
        Assert.Equal(token.Value.Reveal(), new NetworkCredential("", again).Password);
    }

    [Fact]
    public void An_empty_token_is_refused()
    {
        using var empty = new SecureString();

        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => new AccessToken(empty)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new AccessToken(null!));
    }

    [Fact]
    public void A_JWT_tells_its_end_and_its_account()
    {
        var token = TestTokens.Token(value: TestTokens.Jwt($$"""{"exp":{{s_end.ToUnixTimeSeconds()}},"sub":"7","upn":"kim@tokens.example"}"""));

        Assert.Equal(s_end, token.ExpiresOn);
        Assert.Equal("kim@tokens.example", token.Account);
        Assert.Equal("7", token.Claims!["sub"]);
    }

    [Fact]
    public void An_end_that_is_given_goes_before_that_of_the_JWT()
    {
        var jwt = TestTokens.Jwt($$"""{"exp":{{s_end.AddDays(1).ToUnixTimeSeconds()}}}""");
        using var secure = new NetworkCredential("", jwt).SecurePassword;

        Assert.Equal(s_end, new AccessToken(secure, s_end).ExpiresOn);
    }

    [Fact]
    public void An_opaque_token_has_no_claims_and_no_known_end()
    {
        var token = TestTokens.Token();

        Assert.Null(token.Claims);
        Assert.Null(token.ExpiresOn);
        Assert.Null(token.Account);
    }

    [Fact]
    public void The_same_token_has_the_same_fingerprint()
    {
        var value = TestTokens.TokenText();

        Assert.Equal(TestTokens.Token(value: value).Fingerprint, TestTokens.Token(value: value).Fingerprint);
        Assert.NotEqual(TestTokens.Token(value: value).Fingerprint, TestTokens.Token().Fingerprint);
    }
}
