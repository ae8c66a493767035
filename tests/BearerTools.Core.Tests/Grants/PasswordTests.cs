using BearerTools.Grants;
using BearerTools.Sandbox;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Grants;

public sealed class PasswordTests : IDisposable
{
    private readonly Workbench _bench = new();
    private readonly Secret _password = new(Workbench.NewSecret());

    [Fact]
    public async Task Name_and_password_are_sent_in_the_form()
    {
        await using var server = await OddServer.RespondingAsync("""{"access_token":"t-123456","token_type":"Bearer"}""");

        var token = (await Workbench.AcquireAsync(Source(server))).Token;

        var form = server.Requests[0].Form;
        Assert.Equal(("password", "ada", _password.Reveal()), (form["grant_type"], form["username"], form["password"]));
        Assert.Equal("ada", token.Account);
    }

    [Fact]
    public async Task A_password_that_was_refused_is_not_sent_again_until_a_user_asks_or_it_changes()
    {
        await using var server = await OddServer.RespondingAsync("""{"error":"invalid_grant","error_description":"wrong"}""", 400);
        var source = Source(server);

        var first = await Workbench.FailAsync(source);
        var second = await Workbench.FailAsync(Source(server));

        Assert.Equal("InvalidGrant", first.ErrorId);
        Assert.DoesNotContain(_password.Reveal(), Workbench.AllTextOf(first), StringComparison.Ordinal);
        Assert.Equal("LoginRejected", second.ErrorId);
        Assert.Single(server.Requests);
        source.ForgetRejection();
        await Workbench.FailAsync(source);
        await Workbench.FailAsync(Source(server, new Secret(Workbench.NewSecret())));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_refresh_token_renews_so_that_the_password_is_sent_once()
    {
        await using var server = await OddServer.RespondingAsync("""{"access_token":"t-123456","token_type":"Bearer","refresh_token":"r-123456"}""");
        var source = Source(server);

        await Workbench.AcquireAsync(source, await Workbench.AcquireAsync(source));

        Assert.Equal(["password", "refresh_token"], server.Requests.Select(r => r.Form["grant_type"]));
        Assert.False(server.Requests[1].Form.ContainsKey("password"));
    }

    [Fact]
    public async Task The_sandbox_takes_its_users_password()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var client = new OAuthClientOptions { Authority = sandbox.Address.AbsoluteUri.TrimEnd('/'), ClientId = sandbox.ClientId, Secret = SecretReference.To(new Secret(sandbox.ClientSecret)) };

        var token = (await Workbench.AcquireAsync(new PasswordSource(new OAuthClient(_bench.Backchannel, _bench.Discovery, client), _bench.Rejected, sandbox.UserName, new Secret(sandbox.Password), new GrantScope()))).Token;

        Assert.Equal(sandbox.UserName, token.Claims!["sub"]);
    }

    public void Dispose() => _bench.Dispose();

    private PasswordSource Source(OddServer server, Secret? password = null) =>
        new(new OAuthClient(_bench.Backchannel, _bench.Discovery, new OAuthClientOptions { TokenEndpoint = server.At("/token"), ClientId = "ops" }), _bench.Rejected, "ada", password ?? _password, new GrantScope());
}
