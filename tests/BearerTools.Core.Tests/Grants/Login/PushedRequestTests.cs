using BearerTools.Grants;
using BearerTools.Security;
using Microsoft.AspNetCore.WebUtilities;
using Methods = BearerTools.Grants.OAuthConstants.ClientAuthenticationMethod;

namespace BearerTools.Tests.Grants.Login;

/// <summary>Pushed authorization requests (RFC 9126).</summary>
public sealed class PushedRequestTests : IDisposable
{
    private const string Required = ",\"require_pushed_authorization_requests\":true";

    private readonly LoginBench _bench = new();

    [Theory]
    [InlineData(Required, false)]
    [InlineData("", true)]
    public async Task The_browser_gets_only_a_request_uri_where_that_is_required_or_asked_for(string metadata, bool pushed)
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        authority.Metadata = metadata;

        await authority.LogInAsync(authority.Source(new AuthorizationCodeOptions { Pushed = pushed }, new GrantScope { Scopes = ["api.read"] }));

        var query = QueryHelpers.ParseQuery(Assert.Single(authority.Browser.Opened).Query);
        Assert.Equal(["client_id", "request_uri"], query.Keys.Order());
        Assert.Equal("urn:ietf:params:oauth:request_uri:1", query["request_uri"]);
        var form = authority.Server.Requests.Single(r => r.Path == "/par").Form;
        Assert.Equal("ops", form["client_id"]);
        Assert.Equal("code", form["response_type"]);
        Assert.Equal("S256", form["code_challenge_method"]);
        Assert.Equal("api.read", form["scope"]);
        Assert.False(form.ContainsKey("request_uri"));
    }

    [Fact]
    public async Task It_is_not_done_by_default()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);

        await authority.LogInAsync();

        Assert.DoesNotContain(authority.Server.Requests, r => r.Path == "/par");
    }

    [Theory]
    [InlineData(Methods.SecretPost)]
    [InlineData(Methods.SecretBasic)]
    public async Task The_client_authenticates_there_and_is_named_once_in_the_request(string method)
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        var secret = new Secret(Workbench.NewToken());
        var client = new OAuthClientOptions
        {
            Authority = authority.Issuer, ClientId = "ops", Secret = SecretReference.To(secret), AuthenticationMethod = method,
        };

        await authority.LogInAsync(authority.Source(new AuthorizationCodeOptions { Pushed = true }, client: client));

        var sent = authority.Server.Requests.Single(r => r.Path == "/par");
        Assert.Equal("ops", sent.Form["client_id"]);
        Assert.Equal(method == Methods.SecretBasic, sent.Headers.ContainsKey("Authorization"));
        Assert.Equal(method == Methods.SecretPost ? secret.Reveal() : null, sent.Form.GetValueOrDefault("client_secret"));
        Assert.DoesNotContain(secret.Reveal(), Assert.Single(authority.Browser.Opened).AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_login_has_a_reference_of_its_own()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        var source = authority.Source(new AuthorizationCodeOptions { Pushed = true });

        await authority.LogInAsync(source);
        await authority.LogInAsync(source);

        Assert.Equal(2, authority.Server.Requests.Count(r => r.Path == "/par"));
    }

    [Fact]
    public async Task An_authority_without_such_an_endpoint_is_an_error()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        var byHand = authority.Source(
            new AuthorizationCodeOptions { Pushed = true, AuthorizationEndpoint = authority.Server.At("/authorize") },
            client: new OAuthClientOptions { TokenEndpoint = authority.Server.At("/token"), ClientId = "ops" });

        Assert.Equal("PushedRequestUnsupported", (await authority.FailAsync(byHand)).ErrorId);
        Assert.Empty(authority.Browser.Opened);
    }

    [Fact]
    public async Task A_response_without_a_request_uri_is_an_error_and_no_browser_opens()
    {
        await using var authority = await LoginAuthority.StartAsync(_bench);
        authority.PushedResponse = """{"expires_in":60}""";

        Assert.Equal("PushedRequestInvalid", (await authority.FailAsync(authority.Source(new AuthorizationCodeOptions { Pushed = true }))).ErrorId);
        Assert.Empty(authority.Browser.Opened);
    }

    public void Dispose() => _bench.Dispose();
}
