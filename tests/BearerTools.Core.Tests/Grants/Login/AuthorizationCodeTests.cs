using System.Net;
using System.Security.Cryptography;
using System.Text;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;
using Microsoft.AspNetCore.WebUtilities;

namespace BearerTools.Tests.Grants.Login;

public sealed class AuthorizationCodeTests : IDisposable
{
    private readonly LoginBench _bench = new();

    [Fact]
    public async Task A_login_in_the_browser_gives_a_token_and_shows_a_friendly_page()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        authority.TokenResponse = () => ",\"refresh_token\":\"r-123456\"";

        var response = await authority.LogInAsync();

        Assert.Equal(authority.Token, response.Token.Value.Reveal());
        Assert.Equal("AuthorizationCode", response.Token.Flow);
        Assert.Equal("r-123456", response.RefreshToken!.Reveal());
        await authority.Browser.Arrived.Soon();
        Assert.Equal(HttpStatusCode.OK, authority.Browser.LastStatus);
        Assert.Contains("You are signed in", authority.Browser.LastPage, StringComparison.Ordinal);
        Assert.DoesNotContain("://", authority.Browser.LastPage, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", authority.Browser.LastPage, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", authority.Browser.LastPolicy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", authority.Browser.LastPolicy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_code_is_bound_to_this_login_by_a_hashed_verifier_that_is_new_each_time()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);

        await authority.LogInAsync();
        var (challenge, verifier) = (authority.Asked["code_challenge"], authority.Redemptions[0].Form["code_verifier"]);
        await authority.LogInAsync();

        Assert.Equal("S256", authority.Asked["code_challenge_method"]);
        Assert.Equal(challenge, Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))));
        Assert.InRange(verifier.Length, 43, 128);
        Assert.NotEqual(verifier, authority.Redemptions[1].Form["code_verifier"]);
    }

    [Fact]
    public async Task An_authority_that_says_it_has_no_hashed_challenges_is_not_used()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        authority.Metadata = ",\"code_challenge_methods_supported\":[\"plain\"]";

        var error = await authority.FailAsync();

        Assert.Equal("PkceUnsupported", error.ErrorId);
        Assert.Empty(authority.Browser.Opened);
    }

    [Fact]
    public async Task The_request_names_the_client_the_scopes_and_the_redirect_address()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        var scope = new GrantScope { Scopes = ["api.read", "a b"], Resources = ["https://api.example.com/"], AdditionalParameters = [new("audience", "orders & more")] };

        await authority.LogInAsync(authority.Source(new AuthorizationCodeOptions { LoginHint = "ann@example.com", Prompt = "login" }, scope));

        Assert.Equal("code", authority.Asked["response_type"]);
        Assert.Equal("ops", authority.Asked["client_id"]);
        Assert.Equal("api.read a b", authority.Asked["scope"]);
        Assert.Equal("https://api.example.com/", authority.Asked["resource"]);
        Assert.Equal("orders & more", authority.Asked["audience"]);
        Assert.Equal("ann@example.com", authority.Asked["login_hint"]);
        Assert.Equal("login", authority.Asked["prompt"]);
        Assert.False(authority.Asked.ContainsKey("nonce"));
        Assert.Matches("^http://127\\.0\\.0\\.1:[0-9]+/$", authority.Asked["redirect_uri"]);
        var form = Assert.Single(authority.Redemptions).Form;
        Assert.Equal("authorization_code", form["grant_type"]);
        Assert.Equal(authority.Code, form["code"]);
        Assert.Equal(authority.Asked["redirect_uri"], form["redirect_uri"]);
        Assert.Equal("ops", form["client_id"]);
        Assert.Equal("https://api.example.com/", form["resource"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&state=another")]
    [InlineData("&state=")]
    [InlineData("&state=STATE&state=another")]
    public async Task A_response_with_another_state_gets_400_and_the_login_continues(string state)
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        var before = HttpStatusCode.OK;
        authority.Browser.Before = async address =>
        {
            var asked = QueryHelpers.ParseQuery(address.Query);
            var forged = state.Replace("STATE", asked["state"], StringComparison.Ordinal);
            await authority.Browser.GoAsync(new Uri($"{asked["redirect_uri"]}?code=stolen{forged}&iss={Uri.EscapeDataString(authority.Issuer)}"));
            before = authority.Browser.LastStatus;
        };

        await authority.LogInAsync();
        // The login does not wait for the page that the browser gets at the end.
        await authority.Browser.Arrived.Soon();

        Assert.Equal(HttpStatusCode.BadRequest, before);
        Assert.Equal(HttpStatusCode.OK, authority.Browser.LastStatus);
        Assert.Equal(authority.Code, Assert.Single(authority.Redemptions).Form["code"]);
    }

    [Fact]
    public async Task Only_responses_without_the_right_state_end_in_an_error_that_counts_them()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        authority.Redirect = _ => $"code={authority.Code}";

        var login = authority.FailAsync();
        await authority.Browser.Arrived.Soon();
        _bench.Clock.Advance(TimeSpan.FromMinutes(5));
        var error = await login;

        Assert.Equal("LoginTimeout", error.ErrorId);
        Assert.Contains("Ignored responses with another state or none: 1", error.Message, StringComparison.Ordinal);
        Assert.Empty(authority.Redemptions);
    }

    [Theory]
    [InlineData("&iss=https%3A%2F%2Fevil.example.com")]
    [InlineData("&iss=ISSUER%2F")]
    [InlineData("&iss=")]
    [InlineData("")]
    public async Task A_response_that_is_not_from_the_authority_of_the_request_is_refused(string issuer)
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        authority.Redirect = asked => $"code={authority.Code}&state={asked["state"]}{Fill(issuer, authority)}";

        var error = await authority.FailAsync();

        Assert.Equal("IssuerMismatch", error.ErrorId);
        Assert.Equal(BearerErrorKind.Security, error.Kind);
        await authority.Browser.Arrived.Soon();
        Assert.Contains("Sign-in failed", authority.Browser.LastPage, StringComparison.Ordinal);
        Assert.Empty(authority.Redemptions);
    }

    [Theory]
    [InlineData("&iss=https%3A%2F%2Fevil.example.com")]
    [InlineData("")]
    public async Task Errors_have_to_be_from_the_authority_that_was_asked_too(string issuer)
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        authority.Redirect = asked => $"error=access_denied&state={asked["state"]}{issuer}";

        Assert.Equal("IssuerMismatch", (await authority.FailAsync()).ErrorId);
    }

    [Fact]
    public async Task An_authority_that_does_not_announce_iss_need_not_send_it_but_not_a_wrong_one()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        authority.Metadata = string.Empty;
        authority.Redirect = asked => $"code={authority.Code}&state={asked["state"]}";
        await authority.LogInAsync();

        authority.Redirect = asked => $"code={authority.Code}&state={asked["state"]}&iss=https://evil.example.com";
        Assert.Equal("IssuerMismatch", (await authority.FailAsync()).ErrorId);
    }

    [Fact]
    public async Task A_refusal_by_the_user_is_an_error_in_the_words_of_the_authority()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        authority.Redirect = asked =>
            $"error=access_denied&error_description=not+today%1B%5B31m&error_uri=https%3A%2F%2Fid.example.com%2Fwhy&state={asked["state"]}&iss={Uri.EscapeDataString(authority.Issuer)}";

        var error = await authority.FailAsync();

        Assert.Equal("AccessDenied", error.ErrorId);
        Assert.Equal("access_denied", error.Error);
        Assert.Equal("not today[31m", error.ErrorDescription);
        Assert.Equal("https://id.example.com/why", error.ErrorUri);
        await authority.Browser.Arrived.Soon();
        Assert.Contains("Sign-in failed", authority.Browser.LastPage, StringComparison.Ordinal);
        Assert.DoesNotContain("not today", authority.Browser.LastPage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&code=")]
    [InlineData("&code=one&code=two")]
    public async Task A_response_without_exactly_one_code_is_an_error(string code)
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        authority.Redirect = asked => $"state={asked["state"]}&iss={Uri.EscapeDataString(authority.Issuer)}{code}";

        Assert.Equal("LoginResponseInvalid", (await authority.FailAsync()).ErrorId);
        Assert.Empty(authority.Redemptions);
    }

    [Fact]
    public async Task A_code_is_sent_once_also_when_the_token_endpoint_fails()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        await using var broken = await OddServer.RespondingAsync("""{"error":"server_error"}""", 500);
        var source = authority.Source(
            new AuthorizationCodeOptions { AuthorizationEndpoint = authority.Server.At("/authorize") },
            client: new OAuthClientOptions { TokenEndpoint = broken.At("/token"), ClientId = "ops" });

        var error = await authority.FailAsync(source);

        Assert.Equal("AuthorityFailed", error.ErrorId);
        Assert.Single(broken.Requests);
    }

    [Fact]
    public async Task A_code_that_was_used_before_is_an_error_and_stores_nothing()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        await using var used = await OddServer.RespondingAsync("""{"error":"invalid_grant","error_description":"code was used before"}""", 400);
        var source = authority.Source(
            new AuthorizationCodeOptions { AuthorizationEndpoint = authority.Server.At("/authorize") },
            client: new OAuthClientOptions { TokenEndpoint = used.At("/token"), ClientId = "ops" });
        var cache = new TokenCache(_bench.Clock);

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => cache.Entry(source).GetAsync(new TokenRequestContext { UserPrompt = new TestUserPrompt() }, CancellationToken.None).Soon());

        Assert.Equal("InvalidGrant", error.ErrorId);
        Assert.DoesNotContain(authority.Code, Workbench.AllTextOf(error), StringComparison.Ordinal);
        Assert.Empty(cache.Snapshot());
    }

    [Fact]
    public async Task A_reload_of_the_last_page_does_not_send_the_code_again()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);

        await authority.LogInAsync();
        var last = new Uri($"{authority.Asked["redirect_uri"]}?code=again&state={authority.Asked["state"]}");

        await Assert.ThrowsAsync<HttpRequestException>(() => authority.Browser.GoAsync(last));
        Assert.Single(authority.Redemptions);
    }

    [Fact]
    public async Task A_login_that_is_not_finished_ends_at_its_timeout_and_frees_its_port()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        var opened = new TaskCompletionSource<Uri>();
        authority.Browser.Before = address =>
        {
            opened.SetResult(address);
            return new TaskCompletionSource().Task;
        };

        var login = authority.FailAsync(prompt: new TestUserPrompt { LoginTimeout = TimeSpan.FromSeconds(20) });
        var redirect = new Uri(QueryHelpers.ParseQuery((await opened.Task.Soon()).Query)["redirect_uri"].ToString());
        _bench.Clock.Advance(TimeSpan.FromSeconds(20));
        var error = await login;

        Assert.Equal("LoginTimeout", error.ErrorId);
        Assert.Contains("within 20 s.", error.Message, StringComparison.Ordinal);
        Assert.Contains("-RedirectUri", error.NextStep, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => authority.Browser.GoAsync(redirect));
    }

    [Fact]
    public async Task A_login_that_is_cancelled_frees_its_port_at_once()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        var opened = new TaskCompletionSource<Uri>();
        authority.Browser.Before = address =>
        {
            opened.SetResult(address);
            return new TaskCompletionSource().Task;
        };
        using var stop = new CancellationTokenSource();

        var login = authority.Source().AcquireAsync(new TokenRequestContext { UserPrompt = new TestUserPrompt() }, stop.Token);
        var redirect = new Uri(QueryHelpers.ParseQuery((await opened.Task.Soon()).Query)["redirect_uri"].ToString());
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => login.Soon());
        await Assert.ThrowsAsync<HttpRequestException>(() => authority.Browser.GoAsync(redirect));
    }

    [Fact]
    public async Task A_browser_that_cannot_be_opened_ends_it()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        authority.Browser.Before = _ => throw new BearerTokenException("None.") { ErrorId = "BrowserMissing" };

        Assert.Equal("BrowserMissing", (await authority.FailAsync()).ErrorId);
    }

    [Fact]
    public async Task In_a_non_interactive_session_no_browser_is_opened()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);

        var error = await authority.FailAsync(prompt: new TestUserPrompt { UnavailableReason = "PowerShell was started with -NonInteractive" });

        Assert.Equal("NotInteractive", error.ErrorId);
        Assert.Contains("Get-BearerToken -Interactive", error.NextStep, StringComparison.Ordinal);
        Assert.Empty(authority.Browser.Opened);
        Assert.Empty(authority.Server.Requests);
    }

    [Fact]
    public void A_login_page_without_https_is_not_opened_for_an_authority_with_it()
    {
        var client = _bench.Client(new OAuthClientOptions { TokenEndpoint = new Uri("https://id.example.com/token"), ClientId = "ops" });

        Assert.Equal("InsecureEndpoint", Fails("http://id.example.com/authorize").ErrorId);
        Assert.Equal("InvalidEndpoint", Fails("file:///etc/passwd").ErrorId);
        Assert.Equal("InvalidEndpoint", Fails("calculator:x").ErrorId);

        BearerTokenException Fails(string endpoint) => Assert.Throws<BearerTokenException>(() =>
            new AuthorizationCodeSource(client, new GrantScope(), new AuthorizationCodeOptions { AuthorizationEndpoint = new Uri(endpoint) }, new TestBrowser()));
    }

    [Fact]
    public async Task A_login_page_on_this_machine_is_not_opened_for_an_authority_elsewhere()
    {
        var browser = new TestBrowser();
        var source = new AuthorizationCodeSource(
            _bench.Client(new OAuthClientOptions { TokenEndpoint = new Uri("https://id.example.com/token"), ClientId = "ops" }),
            new GrantScope(), new AuthorizationCodeOptions { AuthorizationEndpoint = new Uri("http://127.0.0.1:1/authorize") }, browser);

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => LoginBench.AcquireAsync(source, new TestUserPrompt()));

        Assert.Equal("InsecureEndpoint", error.ErrorId);
        Assert.Empty(browser.Opened);
    }

    public void Dispose() => _bench.Dispose();

    private static string Fill(string issuer, LoginAuthority authority) => issuer.Replace("ISSUER", Uri.EscapeDataString(authority.Issuer), StringComparison.Ordinal);
}
