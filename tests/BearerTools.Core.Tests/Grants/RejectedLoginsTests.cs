using BearerTools.Grants;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Grants;

public sealed class RejectedLoginsTests
{
    private readonly RejectedLogins _rejected = new(new TestClock());

    [Fact]
    public void Clear_lets_every_login_be_sent_again()
    {
        _rejected.Remember(Login(1), new BearerTokenException());
        Assert.Equal("LoginRejected", Assert.Throws<BearerTokenException>(() => _rejected.Check(Login(1), "The login")).ErrorId);

        _rejected.Clear();

        _rejected.Check(Login(1), "The login");
    }

    [Fact]
    public void The_latest_rejections_are_remembered_within_a_bound()
    {
        for (var n = 0; n < 2000; n++) _rejected.Remember(Login(n), new BearerTokenException());

        _rejected.Check(Login(0), "The login");
        Assert.Throws<BearerTokenException>(() => _rejected.Check(Login(1999), "The login"));
    }

    private static TokenKey Login(int user) => new TokenKey.Builder().Add("login", "https://api.example.com/login").Add("account", $"user {user}").Build();
}
