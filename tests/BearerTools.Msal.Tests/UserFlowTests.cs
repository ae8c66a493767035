using BearerTools.Diagnostics;
using BearerTools.Entra;
using BearerTools.Grants.Login;
using BearerTools.Tests.Msal.Support;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Msal;

public sealed class UserFlowTests
{
    private readonly TestUserPrompt _prompt = new();

    [Fact]
    public async Task A_user_logs_in_with_the_browser_of_the_session()
    {
        await using var bench = await Bench.StartAsync();

        var response = await bench.AcquireAsync(Interactive(bench), prompt: _prompt);

        Assert.Equal("login.microsoftonline.com", bench.Browser.Opened!.Host);
        Assert.Matches("^http://localhost:[0-9]+$", bench.Browser.Parameter("redirect_uri"));
        Assert.Equal("S256", bench.Browser.Parameter("code_challenge_method"));
        Assert.Equal("select_account", bench.Browser.Parameter("prompt"));
        var asked = Assert.Single(bench.Server.Asked);
        Assert.Equal(("authorization_code", "the-code"), (asked.Form["grant_type"], asked.Form["code"]));
        Assert.Equal((EntraServer.User, "AuthorizationCode"), (response.Token.Account, response.Token.Flow));
        Assert.True(response.CanBeRenewed);
    }

    [Fact]
    public async Task A_named_account_is_not_asked_to_choose_one()
    {
        await using var bench = await Bench.StartAsync();

        await bench.AcquireAsync(Interactive(bench, new EntraLogin { LoginHint = EntraServer.User }), prompt: _prompt);

        Assert.Equal((EntraServer.User, string.Empty), (bench.Browser.Parameter("login_hint"), bench.Browser.Parameter("prompt")));
    }

    [Fact]
    public async Task In_a_non_interactive_session_it_fails_at_once()
    {
        await using var bench = await Bench.StartAsync();

        var absent = await bench.RefusedAsync(Interactive(bench), prompt: new TestUserPrompt { UnavailableReason = "the session has no terminal" });
        var unasked = await bench.RefusedAsync(bench.Sources.DeviceCode(bench.Client()));

        Assert.Equal(("NotInteractive", "LoginRequired"), (absent.ErrorId, unasked.ErrorId));
        Assert.Contains($"-TenantId {EntraServer.Tenant}", unasked.NextStep, StringComparison.Ordinal);
        Assert.Empty(bench.Server.Asked);
    }

    [Fact]
    public async Task A_redirect_with_another_state_is_not_taken()
    {
        var clock = new TestClock();
        await using var bench = await Bench.StartAsync(clock);
        bench.Browser.RedirectQuery = _ => "code=of-somebody-else&state=of-somebody-else";
        bench.Browser.Arrived = () => clock.Advance(TimeSpan.FromSeconds(1));

        var error = await bench.RefusedAsync(Interactive(bench), prompt: new TestUserPrompt { LoginTimeout = TimeSpan.FromSeconds(1) });

        Assert.Equal("LoginTimeout", error.ErrorId);
        Assert.Contains("another state", error.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Server.Asked);
    }

    [Fact]
    public async Task An_error_of_Entra_in_the_redirect_is_reported_with_its_code()
    {
        await using var bench = await Bench.StartAsync();
        bench.Browser.RedirectQuery = state => $"error=access_denied&error_description={Uri.EscapeDataString("AADSTS65004: User declined to consent.")}&state={state}";

        var error = await bench.RefusedAsync(Interactive(bench), prompt: _prompt);

        Assert.Equal(("AccessDenied", "AADSTS65004", BearerErrorKind.Permission), (error.ErrorId, error.AuthorityCode, error.Kind));
    }

    [Fact]
    public async Task Without_a_browser_the_address_is_pasted()
    {
        await using var bench = await Bench.StartAsync();
        var prompt = new TestUserPrompt
        {
            HasBrowser = false,
            Types = shown =>
            {
                var address = new Uri(shown.Split('\n').Select(line => line.Trim()).First(line => line.StartsWith("https://", StringComparison.Ordinal)));
                var asked = new AuthorizationResponse(address.Query);
                return Task.FromResult<string?>($"{asked["redirect_uri"]}/?code=pasted&state={asked["state"]}");
            },
        };

        await bench.AcquireAsync(Interactive(bench), prompt: prompt);

        Assert.Equal("pasted", Assert.Single(bench.Server.Asked).Form["code"]);
    }

    [Fact]
    public async Task The_account_that_is_kept_renews_the_token_without_user_interaction()
    {
        await using var bench = await Bench.StartAsync();
        var source = Interactive(bench);
        var first = await bench.AcquireAsync(source, prompt: _prompt);

        var second = await bench.AcquireAsync(source, first);

        Assert.NotEqual(first.Token.Fingerprint, second.Token.Fingerprint);
        Assert.Equal(["authorization_code", "refresh_token"], bench.Server.Asked.Select(asked => asked.Form["grant_type"]));
        Assert.Equal(first.AccountId, second.AccountId);
    }

    [Fact]
    public async Task When_Entra_requires_interaction_the_user_is_asked_in_an_interactive_session_only()
    {
        await using var bench = await Bench.StartAsync();
        var source = Interactive(bench);
        var first = await bench.AcquireAsync(source, prompt: _prompt);
        bench.Server.Responses = asked => asked.Form.GetValueOrDefault("grant_type") == "refresh_token" ? EntraResponse.Error("invalid_grant", 50173, "The grant was revoked.") : null;

        var error = await bench.RefusedAsync(source, first);
        var again = await bench.AcquireAsync(source, first, _prompt);

        Assert.Equal(("LoginRequired", "AADSTS50173"), (error.ErrorId, error.AuthorityCode));
        Assert.Contains("Get-BearerToken -Interactive -TenantId", error.NextStep, StringComparison.Ordinal);
        Assert.NotEqual(first.Token.Fingerprint, again.Token.Fingerprint);
        Assert.Equal("authorization_code", bench.Server.Asked[^1].Form["grant_type"]);
    }

    [Fact]
    public async Task A_known_account_gets_tokens_for_other_APIs()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcquireAsync(Interactive(bench), prompt: _prompt);

        var token = (await bench.AcquireAsync(bench.Sources.Account(bench.Client(resource: "https://management.azure.com"), EntraServer.User.ToUpperInvariant()))).Token;

        Assert.Contains("https://management.azure.com/.default", bench.Server.Asked[^1].Form["scope"], StringComparison.Ordinal);
        Assert.Equal((EntraServer.User, "Account"), (token.Account, token.Flow));
        Assert.Equal([EntraServer.User], await bench.Sources.AccountsAsync(bench.Client(), EventSink.None, default));
    }

    [Fact]
    public async Task An_account_that_never_logged_in_or_was_forgotten_is_not_found()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcquireAsync(Interactive(bench), prompt: _prompt);

        var stranger = await bench.RefusedAsync(bench.Sources.Account(bench.Client(), "eve@contoso.com"));
        bench.Accounts.Clear();
        var forgotten = await bench.RefusedAsync(bench.Sources.Account(bench.Client(), EntraServer.User));

        Assert.Equal(("AccountNotFound", "AccountNotFound"), (stranger.ErrorId, forgotten.ErrorId));
    }

    [Fact]
    public async Task The_only_account_stays_the_one_when_another_user_logs_in_later()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcquireAsync(Interactive(bench), prompt: _prompt);
        var source = bench.Sources.Account(bench.Client(), null);
        var first = await bench.AcquireAsync(source);
        bench.Server.UserPrompt = "eve";
        await bench.AcquireAsync(Interactive(bench), prompt: _prompt);
        bench.Server.UserPrompt = "ada";

        var second = await bench.AcquireAsync(source, first);
        var undecided = await bench.RefusedAsync(bench.Sources.Account(bench.Client(), null));

        Assert.Equal((first.AccountId, EntraServer.User), (second.AccountId, second.Token.Account));
        Assert.Equal("AccountNotFound", undecided.ErrorId);
        Assert.Contains("several cached accounts match", undecided.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_ends_after_all_was_forgotten_stores_nothing()
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Responses = _ =>
        {
            bench.Accounts.Clear();
            return null;
        };

        await bench.AcquireAsync(Interactive(bench), prompt: _prompt);

        Assert.Empty(await bench.Sources.AccountsAsync(bench.Client(), EventSink.None, default));
    }

    [Fact]
    public async Task Logins_at_the_same_time_lose_no_account()
    {
        await using var bench = await Bench.StartAsync();
        var clients = Enumerable.Range(0, 8).Select(_ => bench.Client() with { ClientId = Guid.NewGuid().ToString() }).ToArray();

        await Task.WhenAll(clients.Select(client => bench.AcquireAsync(bench.Sources.DeviceCode(client), prompt: _prompt)));

        foreach (var client in clients) Assert.True((await bench.AcquireAsync(bench.Sources.Account(client, null))).CanBeRenewed);
    }

    [Fact]
    public async Task A_device_code_is_shown_and_waited_for()
    {
        await using var bench = await Bench.StartAsync();
        var pending = 2;
        bench.Server.Responses = asked => asked.Form.GetValueOrDefault("grant_type")?.Contains("device_code", StringComparison.Ordinal) == true && pending-- > 0 ? EntraResponse.Error("authorization_pending", 70016) : null;

        var response = await bench.AcquireAsync(bench.Sources.DeviceCode(bench.Client()), prompt: _prompt);

        Assert.Contains("ABCD-EFGH", _prompt.Shown, StringComparison.Ordinal);
        Assert.Contains("https://microsoft.com/devicelogin", _prompt.Shown, StringComparison.Ordinal);
        Assert.Equal("device-code-1234", bench.Server.Asked[^1].Form["device_code"]);
        Assert.Equal((EntraServer.User, "DeviceCode"), (response.Token.Account, response.Token.Flow));
        Assert.True(response.CanBeRenewed);
    }

    [Theory]
    [InlineData("expired_token", 70020, "DeviceCodeExpired")]
    [InlineData("authorization_declined", 70018, "AccessDenied")]
    public async Task A_device_code_that_comes_to_nothing_says_why(string error, int code, string id)
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Responses = asked => asked.Form.ContainsKey("device_code") ? EntraResponse.Error(error, code) : null;

        Assert.Equal(id, (await bench.RefusedAsync(bench.Sources.DeviceCode(bench.Client()), prompt: _prompt)).ErrorId);
    }

    [Fact]
    public async Task The_timeout_of_the_prompt_ends_the_wait_for_a_device_code()
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Responses = asked => asked.Form.ContainsKey("device_code") ? EntraResponse.Error("authorization_pending", 70016) : null;

        var error = await bench.RefusedAsync(bench.Sources.DeviceCode(bench.Client()), prompt: new TestUserPrompt { LoginTimeout = TimeSpan.FromSeconds(1) });

        Assert.Equal(("LoginTimeout", BearerErrorKind.Timeout), (error.ErrorId, error.Kind));
    }

    [Fact]
    public async Task Other_users_clients_APIs_and_clouds_have_other_keys()
    {
        await using var bench = await Bench.StartAsync();
        var client = bench.Client();
        EntraClient[] others = [client, client with { ClientId = "another" }, client with { Scopes = ["api://another/.default"] }, client with { Authority = EntraAuthority.Of(EntraServer.Tenant, EntraAuthority.AzureChinaCloud) }];

        ITokenSource[] sources =
        [
            .. others.Select(bench.Sources.DeviceCode), .. others.Select(each => bench.Sources.Interactive(each, new EntraLogin())), .. others.Select(each => bench.Sources.Account(each, EntraServer.User)),
            Interactive(bench, new EntraLogin { LoginHint = EntraServer.User }), bench.Sources.Account(client, "eve@contoso.com"), bench.Sources.Account(client, null),
        ];

        Assert.Equal(sources.Length, sources.Select(source => source.Key).Distinct().Count());
        Assert.Equal(bench.Sources.Account(client, EntraServer.User).Key, bench.Sources.Account(client, EntraServer.User.ToUpperInvariant()).Key);
    }

    private static ITokenSource Interactive(Bench bench, EntraLogin? login = null) => bench.Sources.Interactive(bench.Client(), login ?? new EntraLogin());
}
