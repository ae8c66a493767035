using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Grants;

public sealed class DiscoveryTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData("", "/.well-known/openid-configuration")]
    [InlineData("/", "/.well-known/openid-configuration")]
    [InlineData("/realms/a", "/realms/a/.well-known/openid-configuration")]
    [InlineData("/realms/a/", "/realms/a/.well-known/openid-configuration")]
    [InlineData("", "/.well-known/oauth-authorization-server")]
    [InlineData("/realms/a", "/.well-known/oauth-authorization-server/realms/a")]
    [InlineData("/realms/a/", "/.well-known/oauth-authorization-server/realms/a")]
    public async Task The_metadata_is_found_in_both_forms_of_its_address(string path, string place)
    {
        await using var server = await OddServer.StartAsync(context => context.Request.Path == place
            ? OddServer.JsonAsync(context, Metadata(Here(context) + path, Here(context)))
            : OddServer.TextAsync(context, "nothing", null, 404));

        var metadata = await GetAsync(server.Address + path);

        Assert.Equal(server.Address + path, metadata.Issuer);
        Assert.Equal(server.At("/token"), metadata.TokenEndpoint);
    }

    [Fact]
    public async Task The_OAuth_address_is_tried_when_the_OpenID_address_returns_a_web_page()
    {
        await using var server = await OddServer.StartAsync(context => context.Request.Path == OAuthConstants.OAuthWellKnown
            ? OddServer.JsonAsync(context, Metadata(Here(context), Here(context)))
            : OddServer.TextAsync(context, "<html>", "text/html"));

        Assert.Equal(server.Address, (await GetAsync(server.Address)).Issuer);
    }

    [Fact]
    public async Task The_metadata_is_fetched_once()
    {
        await using var server = await StartAsync();

        await GetAsync(server.Address);
        await GetAsync(server.Address);

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Callers_at_the_same_time_share_one_look_up()
    {
        var arrived = new TaskCompletionSource();
        var open = new TaskCompletionSource();
        await using var server = await OddServer.StartAsync(async context =>
        {
            arrived.TrySetResult();
            await open.Task;
            await OddServer.JsonAsync(context, Metadata(Here(context), Here(context)));
        });
        var callers = Enumerable.Range(0, 8).Select(_ => GetAsync(server.Address)).ToArray();
        await arrived.Task;

        open.SetResult();
        await Task.WhenAll(callers);

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_caller_that_cancels_ends_the_look_up_only_if_it_is_the_last_one()
    {
        var arrived = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        await using var server = await OddServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => ended.TrySetResult());
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var first = new CancellationTokenSource();
        using var last = new CancellationTokenSource();
        var one = _bench.Discovery.GetAsync(server.Address, EventSink.None, first.Token);
        var other = _bench.Discovery.GetAsync(server.Address, EventSink.None, last.Token);
        await arrived.Task;

        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.False(other.IsCompleted);
        Assert.False(ended.Task.IsCompleted);

        await last.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_failed_look_up_is_tried_again()
    {
        var fail = true;
        await using var server = await OddServer.StartAsync(context => fail
            ? OddServer.TextAsync(context, "broken", null, 503)
            : OddServer.JsonAsync(context, Metadata(Here(context), Here(context))));

        Assert.Equal("DiscoveryFailed", (await FailAsync(server.Address)).ErrorId);
        fail = false;

        Assert.Equal(server.Address, (await GetAsync(server.Address)).Issuer);
    }

    [Fact]
    public async Task Another_issuer_is_an_error_that_prints_the_exact_one_to_paste()
    {
        await using var server = await StartAsync(issuer: _ => "https://id.example.com/tenant");

        var error = await FailAsync(server.Address);

        Assert.Equal("IssuerMismatch", error.ErrorId);
        Assert.Contains("-Authority 'https://id.example.com/tenant'", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("/", "")]
    public async Task An_issuer_that_differs_only_in_its_last_slash_is_another_and_the_error_says_so(string given, string actual)
    {
        await using var server = await StartAsync(issuer: here => here + actual);

        var error = await FailAsync(server.Address + given);

        Assert.Equal("IssuerMismatch", error.ErrorId);
        Assert.Contains("only in the trailing slash", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{server.Address}{actual}'", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuer_that_differs_in_case_is_another()
    {
        await using var server = await StartAsync(issuer: here => here + "/Realm");

        Assert.Equal("IssuerMismatch", (await FailAsync(server.Address + "/realm")).ErrorId);
    }

    [Fact]
    public async Task A_page_in_place_of_metadata_is_an_error_that_says_it_is_a_page()
    {
        await using var server = await OddServer.StartAsync(context => OddServer.TextAsync(context, "<html>sign in</html>", "text/html"));

        var error = await FailAsync(server.Address);

        Assert.Equal("ResponseNotJson", error.ErrorId);
        Assert.Contains("web page", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_without_metadata_is_an_error_that_says_where_it_was_looked_for()
    {
        await using var server = await OddServer.RespondingAsync("{}", 404);

        var error = await FailAsync(server.Address + "/realms/a");

        Assert.Equal("DiscoveryNotFound", error.ErrorId);
        Assert.Contains("/realms/a/.well-known/openid-configuration", error.Message, StringComparison.Ordinal);
        Assert.Contains("/.well-known/oauth-authorization-server/realms/a", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"issuer\":5}")]
    public async Task Metadata_without_an_issuer_is_an_error(string json)
    {
        await using var server = await OddServer.RespondingAsync(json);

        Assert.Equal("InvalidMetadata", (await FailAsync(server.Address)).ErrorId);
    }

    [Theory]
    [InlineData("token_endpoint")]
    [InlineData("jwks_uri")]
    [InlineData("authorization_endpoint")]
    public async Task Metadata_got_over_https_names_only_https_endpoints(string name)
    {
        using var certificate = TestCertificate.Create();
        using var bench = new Workbench(certificate);
        await using var server = await OddServer.StartAsync(
            context => OddServer.JsonAsync(context, $"{{\"issuer\":\"{Here(context)}\",\"{name}\":\"http://127.0.0.1/token\"}}"), certificate);

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => bench.Discovery.GetAsync(server.Address, EventSink.None, CancellationToken.None));

        Assert.Equal("InsecureEndpoint", error.ErrorId);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_of_this_machine_names_no_http_endpoint_of_another()
    {
        await using var server = await OddServer.StartAsync(
            context => OddServer.JsonAsync(context, Metadata(Here(context), "http://id.example.com")));

        Assert.Equal("InsecureEndpoint", (await FailAsync(server.Address)).ErrorId);
    }

    [Fact]
    public async Task The_aliases_for_clients_with_certificates_are_checked_too()
    {
        await using var server = await OddServer.StartAsync(context => OddServer.JsonAsync(context,
            $$$"""{"issuer":"{{{Here(context)}}}","mtls_endpoint_aliases":{"token_endpoint":"http://id.example.com/token"}}"""));

        Assert.Equal("InsecureEndpoint", (await FailAsync(server.Address)).ErrorId);
    }

    [Fact]
    public async Task The_metadata_of_an_authority_is_read()
    {
        await using var server = await OddServer.StartAsync(context => OddServer.JsonAsync(context, $$"""
            {
              "issuer": "{{Here(context)}}",
              "device_authorization_endpoint": "https://id.example.com/device",
              "pushed_authorization_request_endpoint": "https://id.example.com/par",
              "mtls_endpoint_aliases": { "token_endpoint": "https://mtls.example.com/token" },
              "token_endpoint_auth_methods_supported": ["private_key_jwt", 5],
              "dpop_signing_alg_values_supported": ["ES256"],
              "authorization_response_iss_parameter_supported": true,
              "require_pushed_authorization_requests": "true"
            }
            """));

        var metadata = await GetAsync(server.Address);

        Assert.Equal(new Uri("https://id.example.com/device"), metadata.DeviceAuthorizationEndpoint);
        Assert.Equal(new Uri("https://id.example.com/par"), metadata.PushedAuthorizationRequestEndpoint);
        Assert.Equal(new Uri("https://mtls.example.com/token"), metadata.MtlsAliases?.TokenEndpoint);
        Assert.Equal(["private_key_jwt"], metadata.TokenEndpointAuthMethods!);
        Assert.Equal(["ES256"], metadata.DPoPSigningAlgorithms!);
        Assert.True(metadata.AuthorizationResponseIss);
        Assert.False(metadata.RequirePushedAuthorizationRequests);
        Assert.Null(metadata.GrantTypes);
        Assert.Null(metadata.TokenEndpoint);
    }

    [Theory]
    [InlineData("id.example.com")]
    [InlineData("https://id.example.com/?tenant=a")]
    [InlineData("https://id.example.com/#a")]
    [InlineData("https://id\u200d.example.com/")]
    [InlineData("//\u202E/1")]
    [InlineData("https://\u202E./")]
    public async Task An_invalid_issuer_is_refused(string authority) =>
        Assert.Equal("InvalidAuthority", (await FailAsync(authority)).ErrorId);

    [Theory]
    [InlineData("//\u202E/1?x=%20")]
    [InlineData("file://\u200E")]
    [InlineData("https://\u202E./token")]
    public async Task Metadata_with_an_endpoint_that_is_no_address_is_an_error(string endpoint)
    {
        await using var server = await OddServer.StartAsync(context => OddServer.JsonAsync(context, $$"""{"issuer":"{{Here(context)}}","token_endpoint":"{{endpoint}}"}"""));

        Assert.Equal("InvalidMetadata", (await FailAsync(server.Address)).ErrorId);
    }

    [Fact]
    public async Task The_address_of_the_document_in_place_of_the_issuer_is_an_error_that_names_the_issuer()
    {
        var error = await FailAsync("https://id.example.com/a/.well-known/openid-configuration");

        Assert.Equal("InvalidAuthority", error.ErrorId);
        Assert.Contains("'https://id.example.com/a'", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_of_two_slashes_does_not_lead_to_another_host() =>
        Assert.All(WellKnownAddress.Candidates(new Uri("https://id.example.com//evil.example.com/a")), a => Assert.Equal("id.example.com", a.Host));

    public void Dispose() => _bench.Dispose();

    private static string Here(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}";

    private static string Metadata(string issuer, string endpoints) => $"{{\"issuer\":\"{issuer}\",\"token_endpoint\":\"{endpoints}/token\"}}";

    private static Task<OddServer> StartAsync(Func<string, string>? issuer = null) => OddServer.StartAsync(
        context => OddServer.JsonAsync(context, Metadata(issuer is null ? Here(context) : issuer(Here(context)), Here(context))));

    private Task<AuthorityMetadata> GetAsync(string authority) => _bench.Discovery.GetAsync(authority, EventSink.None, CancellationToken.None);

    private Task<BearerTokenException> FailAsync(string authority) => Assert.ThrowsAsync<BearerTokenException>(() => GetAsync(authority));
}
