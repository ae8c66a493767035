using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Grants.Login;

/// <summary>A login is renewed by its refresh token; the user is asked only in an interactive session.</summary>
public sealed class LoginRenewalTests : IDisposable
{
    private readonly LoginBench _bench = new();
    private readonly string _token = Workbench.NewToken();
    private readonly Secret _refreshToken = new(Workbench.NewToken());

    [Fact]
    public async Task A_refresh_token_gives_the_next_token_without_user_interaction()
    {
        var next = Workbench.NewToken();
        await using var server = await OddServer.RespondingAsync(Granted($",\"refresh_token\":\"{next}\""));
        var scope = new GrantScope { Scopes = ["api.read"], Resources = ["https://api.example.com/"] };

        var response = await LoginBench.AcquireAsync(_bench.Device(server, scope), null, Previous(_refreshToken));

        Assert.Equal(_token, response.Token.Value.Reveal());
        Assert.Equal(next, response.RefreshToken!.Reveal());
        var form = Assert.Single(server.Requests).Form;
        Assert.Equal("refresh_token", form["grant_type"]);
        Assert.Equal(_refreshToken.Reveal(), form["refresh_token"]);
        Assert.Equal("https://api.example.com/", form["resource"]);
        Assert.False(form.ContainsKey("scope"));
    }

    [Fact]
    public async Task The_old_refresh_token_is_kept_when_no_new_one_comes()
    {
        await using var server = await OddServer.RespondingAsync(Granted());

        var response = await LoginBench.AcquireAsync(_bench.Device(server), null, Previous(_refreshToken));

        Assert.Equal(_refreshToken.Reveal(), response.RefreshToken!.Reveal());
    }

    [Fact]
    public async Task The_account_and_the_scopes_stay_known_when_the_response_leaves_them_out()
    {
        await using var server = await OddServer.RespondingAsync(Granted());

        var response = await LoginBench.AcquireAsync(_bench.Device(server), null, Previous(_refreshToken));

        Assert.Equal("ann", response.Token.Account);
        Assert.Equal(["granted"], response.Token.Scopes);
    }

    [Fact]
    public async Task A_refresh_token_that_is_refused_is_an_error_that_says_how_to_log_in_again()
    {
        await using var server = await OddServer.RespondingAsync("""{"error":"invalid_grant","error_description":"used before"}""", 400);

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => LoginBench.AcquireAsync(_bench.Device(server), null, Previous(_refreshToken)));

        Assert.Equal("InvalidGrant", error.ErrorId);
        Assert.Equal("invalid_grant", error.Error);
        Assert.Contains("Get-BearerToken -DeviceCode", error.NextStep, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        Assert.DoesNotContain(_refreshToken.Reveal(), Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_an_interactive_session_a_refused_refresh_token_leads_to_a_new_login()
    {
        await using var server = await OddServer.StartAsync(context => context.Request.Path == "/token"
            ? OddServer.JsonAsync(context, """{"error":"invalid_grant"}""", 400)
            : OddServer.JsonAsync(context, """{"device_code":"d-123456","user_code":"A-1","verification_uri":"https://id.example.com/","expires_in":60}"""));
        var prompt = new TestUserPrompt();
        using var stop = new CancellationTokenSource();

        var login = _bench.Device(server).AcquireAsync(new TokenRequestContext { Previous = Previous(_refreshToken), UserPrompt = prompt }, stop.Token);

        Assert.Contains("A-1", await prompt.FirstShown, StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => login);
    }

    [Fact]
    public async Task A_fault_of_the_authority_does_not_start_an_interactive_login()
    {
        await using var server = await OddServer.RespondingAsync("""{"error":"server_error"}""", 500);
        var prompt = new TestUserPrompt();

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => LoginBench.AcquireAsync(_bench.Device(server), prompt, Previous(_refreshToken)));

        Assert.Equal("AuthorityFailed", error.ErrorId);
        Assert.Empty(prompt.Shown);
    }

    [Fact]
    public async Task Without_a_refresh_token_nothing_is_renewed_in_a_non_interactive_session()
    {
        await using var server = await OddServer.RespondingAsync(Granted());

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => LoginBench.AcquireAsync(_bench.Device(server), null, Previous(null)));

        Assert.Equal("LoginRequired", error.ErrorId);
        Assert.Contains("Update-BearerToken", error.NextStep, StringComparison.Ordinal);
        Assert.Contains("offline_access", error.NextStep, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_token_of_a_login_is_renewed_in_the_background_only_by_a_refresh_token()
    {
        await using var server = await OddServer.StartAsync(context => OddServer.JsonAsync(context, context.Request.Path == "/token"
            ? Granted()
            : """{"device_code":"d-123456","user_code":"A-1","verification_uri":"https://id.example.com/","expires_in":60}"""));
        var entry = new TokenEntry(_bench.Device(server), _bench.Clock);

        var login = entry.GetAsync(new TokenRequestContext { UserPrompt = new TestUserPrompt() }, CancellationToken.None);
        await _bench.WaitsAsync(5);
        await login;
        _bench.Clock.Advance(TimeSpan.FromMinutes(59));
        await entry.GetAsync(TokenRequestContext.Default, CancellationToken.None);

        Assert.False(entry.CanRenew);
        Assert.Equal(2, server.Requests.Count);
    }

    public void Dispose() => _bench.Dispose();

    private static TokenResult Previous(Secret? refreshToken) =>
        new(new AccessToken(new Secret(Workbench.NewToken()), new TokenMetadata { Account = "ann", Scopes = ["granted"] }), refreshToken);

    private string Granted(string more = "") => $$"""{"access_token":"{{_token}}","token_type":"Bearer","expires_in":3600{{more}}}""";
}
