using System.Text;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

public sealed class JwtTests
{
    [Fact]
    public void Header_and_claims_are_read_with_times_as_times()
    {
        var jwt = Jwt.TryRead(TestTokens.Jwt(
            """{"iat":1700000000,"exp":1700003600.5,"count":3,"share":0.25,"admin":true,"none":null,"aud":["a","b"],"address":{"exp":1}}""",
            """{"alg":"RS256","kid":"k1"}"""));

        Assert.Equal("RS256", jwt!.Header["alg"]);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), jwt.Claims["iat"]);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_700_003_600_500), jwt.Claims["exp"]);
        Assert.Equal(3L, jwt.Claims["count"]);
        Assert.Equal(0.25, jwt.Claims["share"]);
        Assert.Equal(true, jwt.Claims["admin"]);
        Assert.Null(jwt.Claims["none"]);
        Assert.Equal(["a", "b"], Assert.IsType<object?[]>(jwt.Claims["aud"]));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1), Assert.IsType<Dictionary<string, object?>>(jwt.Claims["address"])["exp"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("a.b.c")]
    [InlineData("!!!!.????.****")]
    [InlineData("e30.e30.e30.e30.e30")]
    [InlineData("ZTMw.e30.x")]
    [InlineData("W10.e30.x")]
    [InlineData("e30.bnVsbA.x")]
    [InlineData("e30.eyJhIjox.x")]
    [InlineData("é.ü.ß")]
    public void Text_that_is_not_a_JWT_is_not_read_as_one(string text) => Assert.Null(Jwt.TryRead(text));

    [Fact]
    public void Text_that_is_not_Unicode_is_replaced()
    {
        byte[] claims = [.. "{\"sub\":\""u8, 0xff, .. "\",\"exp\":1}"u8];
        byte[] names = [.. "{\""u8, 0xff, .. "\":1}"u8];

        Assert.Equal("\uFFFD", Jwt.TryRead(TestTokens.Jwt(claims, "{}"u8.ToArray()))!.Claims["sub"]);
        Assert.Equal(1L, Jwt.TryRead(TestTokens.Jwt(names, "{}"u8.ToArray()))!.Claims["\uFFFD"]);
        Assert.Equal("\uFFFD", Jwt.TryRead(TestTokens.Jwt("""{"sub":"\ud800"}"""))!.Claims["sub"]);
    }

    [Fact]
    public void Nesting_without_end_makes_no_JWT() =>
        Assert.Null(Jwt.TryRead(TestTokens.Jwt($$"""{"a":{{new string('[', 50_000)}}{{new string(']', 50_000)}}}""")));

    [Theory]
    [InlineData("1e300")]
    [InlineData("-1")]
    [InlineData("1e999")]
    [InlineData("99999999999999999999")]
    public void A_time_that_no_calendar_has_is_left_as_a_number(string time)
    {
        var jwt = Jwt.TryRead(TestTokens.Jwt($$"""{"exp":{{time}}}"""));

        Assert.True(jwt!.Claims["exp"] is long or double);
        Assert.Null(Jwt.Time(jwt.Claims, "exp"));
    }

    [Fact]
    public void A_time_that_is_text_is_text()
    {
        var jwt = Jwt.TryRead(TestTokens.Jwt("""{"exp":"tomorrow","sub":5}"""));

        Assert.Equal("tomorrow", jwt!.Claims["exp"]);
        Assert.Null(Jwt.Time(jwt.Claims, "exp"));
        Assert.Null(Jwt.Text(jwt.Claims, "sub"));
        Assert.Null(Jwt.Text(null, "sub"));
    }

    [Fact]
    public void A_claim_that_comes_twice_has_its_last_value()
    {
        var jwt = Jwt.TryRead(TestTokens.Jwt("""{"sub":"a","sub":"b","SUB":"c"}"""));

        Assert.Equal("b", jwt!.Claims["sub"]);
        Assert.Equal("c", jwt.Claims["SUB"]);
    }

    [Fact]
    public void Padding_in_the_parts_is_read_too()
    {
        var part = Convert.ToBase64String(Encoding.UTF8.GetBytes("{\"a\":12}"));

        Assert.Equal(12L, Jwt.TryRead($"{part}.{part}.x")!.Claims["a"]);
    }
}
