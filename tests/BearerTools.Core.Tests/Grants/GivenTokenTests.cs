using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Grants;

public sealed class GivenTokenTests : IDisposable
{
    private readonly TestClock _clock = new();
    private readonly string _path = Path.GetTempFileName();

    [Theory]
    [InlineData("#")]
    [InlineData("#\n")]
    [InlineData("Bearer #")]
    [InlineData("bearer  #\r\n")]
    [InlineData("\"#\"")]
    [InlineData("'Bearer #'")]
    public async Task A_token_is_accepted_in_each_usual_form(string form)
    {
        var value = Workbench.NewToken();
        var source = Given(form.Replace("#", value, StringComparison.Ordinal));

        var token = (await Workbench.AcquireAsync(source)).Token;

        Assert.Equal(value, token.Value.Reveal());
        Assert.Equal("GivenToken", token.Flow);
        Assert.False(source.CanRenew);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("a\u0007b")]
    [InlineData("\"\"")]
    public void A_token_that_no_header_can_carry_is_refused(string text) =>
        Assert.Equal("TokenMalformed", Assert.Throws<BearerTokenException>(() => Given(text)).ErrorId);

    [Fact]
    public async Task An_expired_token_is_an_error_that_says_when_it_ended()
    {
        var end = _clock.GetUtcNow().AddMinutes(-1);

        var error = await Workbench.FailAsync(Given(Workbench.NewJwt(end)));

        Assert.Equal("TokenExpired", error.ErrorId);
        Assert.Contains(TimeText.Of(end), error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.NextStep);
    }

    [Fact]
    public async Task The_end_that_the_user_gives_counts()
    {
        var source = new GivenTokenSource(SecretReference.To(new Secret(Workbench.NewToken())), _clock, _clock.GetUtcNow().AddMinutes(1));
        Assert.Equal(_clock.GetUtcNow().AddMinutes(1), (await Workbench.AcquireAsync(source)).Token.ExpiresOn);

        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("TokenExpired", (await Workbench.FailAsync(source)).ErrorId);
    }

    [Fact]
    public async Task A_token_in_a_file_is_read_again_when_it_is_renewed()
    {
        var first = Workbench.NewJwt(_clock.GetUtcNow().AddMinutes(10));
        var second = Workbench.NewJwt(_clock.GetUtcNow().AddMinutes(20));
        await File.WriteAllTextAsync(_path, first + "\n");
        var source = new GivenTokenSource(SecretReference.Parse("file:" + _path), _clock);
        var previous = await Workbench.AcquireAsync(source);

        await File.WriteAllTextAsync(_path, second + "\n");

        Assert.True(source.CanRenew);
        Assert.Equal(first, previous.Token.Value.Reveal());
        Assert.Equal(second, (await Workbench.AcquireAsync(source, previous)).Token.Value.Reveal());
    }

    [Fact]
    public async Task A_later_command_does_not_get_the_token_of_another_user_that_a_renewal_read()
    {
        var (ada, other) = (Workbench.NewToken(), Workbench.NewToken());
        var cache = new TokenCache(_clock);
        await File.WriteAllTextAsync(_path, ada);
        var running = cache.Entry(new GivenTokenSource(SecretReference.Parse("file:" + _path), _clock));
        await running.GetAsync(TokenRequestContext.Default, default);

        await File.WriteAllTextAsync(_path, other);
        var renewed = await running.RenewAsync(TokenRequestContext.Default, default);
        await File.WriteAllTextAsync(_path, ada);
        var next = await cache.GetAsync(
            new GivenTokenSource(SecretReference.Parse("file:" + _path), _clock), TokenRequestContext.Default, default);

        Assert.Equal(other, renewed.Value.Reveal());
        Assert.Equal(ada, next.Value.Reveal());
        Assert.Equal(other, running.Current!.Value.Reveal());
    }

    [Fact]
    public async Task A_file_that_still_holds_the_expired_token_is_an_error_that_says_so()
    {
        await File.WriteAllTextAsync(_path, Workbench.NewJwt(_clock.GetUtcNow().AddMinutes(10)));
        var source = new GivenTokenSource(SecretReference.Parse("file:" + _path), _clock);
        var previous = await Workbench.AcquireAsync(source);
        _clock.Advance(TimeSpan.FromMinutes(10));

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => Workbench.AcquireAsync(source, previous));

        Assert.Equal("TokenExpired", error.ErrorId);
        Assert.Contains("no new token", error.Message, StringComparison.Ordinal);
        Assert.Contains(_path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_token_has_another_key()
    {
        var value = Workbench.NewToken();

        Assert.Equal(Given(value).Key, Given("Bearer " + value).Key);
        Assert.NotEqual(Given(value).Key, Given(Workbench.NewToken()).Key);
    }

    public void Dispose() => File.Delete(_path);

    private GivenTokenSource Given(string text) => new(SecretReference.To(new Secret(text)), _clock);
}
