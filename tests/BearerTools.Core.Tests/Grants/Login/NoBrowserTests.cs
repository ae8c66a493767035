using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace BearerTools.Tests.Grants.Login;

/// <summary>The user opens the address, and pastes the redirect's address or lets the redirect arrive.</summary>
public sealed class NoBrowserTests : IDisposable
{
    private readonly LoginBench _bench = new();

    [Fact]
    public async Task The_address_is_shown_and_the_pasted_address_is_the_response()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);

        var response = await authority.LogInAsync(prompt: UserPrompt(authority, (asked, good) => $"  {asked["redirect_uri"]}?{good} "));

        Assert.Equal(authority.Token, response.Token.Value.Reveal());
        Assert.Empty(authority.Browser.Opened);
        Assert.Equal(authority.Code, Assert.Single(authority.Redemptions).Form["code"]);
    }

    [Fact]
    public async Task A_redirect_that_arrives_at_the_listener_is_the_response_too()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        var prompt = new TestUserPrompt
        {
            HasBrowser = false,
            Types = async shown =>
            {
                await authority.Browser.GoAsync(Address(shown));
                return string.Empty;
            },
        };

        Assert.Equal(authority.Token, (await authority.LogInAsync(prompt: prompt)).Token.Value.Reveal());
    }

    [Theory]
    [InlineData("{redirect}?code={code}&state=another", "its state differs or is missing")]
    [InlineData("{redirect}?code={code}&", "its state differs or is missing")]
    [InlineData("http://127.0.0.1:1/?{good}", "not the redirect address")]
    [InlineData("https://evil.example.com/?{good}", "not the redirect address")]
    [InlineData("{good}", "not the redirect address")]
    [InlineData("something else", "not the redirect address")]
    public async Task A_wrong_paste_is_not_used_and_the_address_is_asked_for_again(string wrong, string why)
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        var pasted = 0;
        var prompt = UserPrompt(authority, (asked, good) => pasted++ == 0
            ? wrong.Replace("{redirect}", asked["redirect_uri"], StringComparison.Ordinal).Replace("{code}", "of-another-login", StringComparison.Ordinal).Replace("{good}", good, StringComparison.Ordinal)
            : $"{asked["redirect_uri"]}?{good}");

        var response = await authority.LogInAsync(prompt: prompt);

        Assert.Equal((2, authority.Token), (pasted, response.Token.Value.Reveal()));
        Assert.Contains(why, prompt.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain(authority.Code, prompt.Shown, StringComparison.Ordinal);
        Assert.Equal(authority.Code, Assert.Single(authority.Redemptions).Form["code"]);
    }

    [Fact]
    public async Task A_pasted_response_must_be_from_the_authority_of_the_request()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);

        var error = await authority.FailAsync(prompt: UserPrompt(authority, (asked, _) => $"{asked["redirect_uri"]}?code=x&state={asked["state"]}&iss=https://evil.example.com"));

        Assert.Equal("IssuerMismatch", error.ErrorId);
    }

    [Fact]
    public async Task A_redirect_address_on_another_machine_works_by_pasting_only()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        var source = authority.Source(new AuthorizationCodeOptions { RedirectAddress = RedirectAddress.Parse("https://app.example.com/cb") });

        await authority.LogInAsync(source, UserPrompt(authority, (asked, good) => $"{asked["redirect_uri"]}?{good}"));
        var error = await authority.FailAsync(source, new TestUserPrompt());

        Assert.Equal("https://app.example.com/cb", Assert.Single(authority.Redemptions).Form["redirect_uri"]);
        Assert.Equal("InvalidRedirectUri", error.ErrorId);
        Assert.Contains("-NoBrowser", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ended_standard_input_is_a_non_interactive_session()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        var prompt = new TestUserPrompt { HasBrowser = false, Types = _ => Task.FromResult<string?>(null) };

        Assert.Equal("NotInteractive", (await authority.FailAsync(prompt: prompt)).ErrorId);
    }

    public void Dispose() => _bench.Dispose();

    private static Uri Address(string shown) => new(shown.Split('\n').Select(line => line.Trim()).Single(line => line.StartsWith("http", StringComparison.Ordinal)));

    private static TestUserPrompt UserPrompt(LoginAuthority authority, Func<IReadOnlyDictionary<string, string>, string, string> paste) => new()
    {
        HasBrowser = false,
        Types = shown =>
        {
            var asked = QueryHelpers.ParseQuery(Address(shown).Query).ToDictionary(p => p.Key, p => p.Value.ToString());
            return Task.FromResult<string?>(paste(asked, $"code={authority.Code}&state={asked["state"]}&iss={Uri.EscapeDataString(authority.Issuer)}"));
        },
    };
}
