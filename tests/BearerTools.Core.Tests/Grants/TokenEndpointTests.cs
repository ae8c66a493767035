using System.Net;
using System.Text.Json;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Grants;

public sealed class TokenEndpointTests : IDisposable
{
    private readonly Workbench _bench = new();
    private readonly string _token = Workbench.NewToken();

    [Theory]
    [InlineData("3600")]
    [InlineData("\"3600\"")]
    [InlineData("3600.0")]
    public async Task The_end_is_counted_from_before_the_request_was_sent(string expiresIn)
    {
        var start = _bench.Clock.GetUtcNow();
        await using var server = await OddServer.StartAsync(context =>
        {
            _bench.Clock.Advance(TimeSpan.FromSeconds(10));
            return OddServer.JsonAsync(context, $$"""{"access_token":"{{_token}}","token_type":"Bearer","expires_in":{{expiresIn}}}""");
        });

        var token = (await Workbench.AcquireAsync(_bench.ClientCredentials(server))).Token;

        Assert.Equal(start, token.IssuedOn);
        Assert.Equal(start.AddSeconds(3600), token.ExpiresOn);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"soon\"")]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("{}")]
    public async Task An_end_that_cannot_be_read_is_unknown(string expiresIn) =>
        Assert.Null((await AcquireAsync($$"""{"access_token":"{{_token}}","token_type":"Bearer","expires_in":{{expiresIn}}}""")).ExpiresOn);

    [Fact]
    public async Task The_expiry_of_a_JWT_is_used_when_the_response_names_none()
    {
        var end = _bench.Clock.GetUtcNow().AddMinutes(7);

        Assert.Equal(end, (await AcquireAsync($$"""{"access_token":"{{Workbench.NewJwt(end)}}","token_type":"Bearer"}""")).ExpiresOn);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    public async Task The_expiry_of_a_JWT_is_corrected_by_the_clock_of_the_authority(int ahead)
    {
        var now = _bench.Clock.GetUtcNow();
        await using var server = await OddServer.StartAsync(context =>
        {
            context.Response.Headers.Date = now.AddSeconds(ahead).ToString("R");
            return OddServer.JsonAsync(context, $$"""{"access_token":"{{Workbench.NewJwt(now.AddSeconds(ahead + 90))}}","token_type":"Bearer"}""");
        });

        Assert.Equal(now.AddSeconds(90), (await Workbench.AcquireAsync(_bench.ClientCredentials(server))).Token.ExpiresOn);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task The_case_of_the_token_type_does_not_matter(string type) =>
        Assert.Equal("Bearer", (await AcquireAsync($$"""{"access_token":"{{_token}}","token_type":"{{type}}"}""")).TokenType);

    [Fact]
    public async Task A_missing_token_type_is_taken_for_Bearer() =>
        Assert.Equal("Bearer", (await AcquireAsync($$"""{"access_token":"{{_token}}"}""")).TokenType);

    [Theory]
    [InlineData("mac")]
    [InlineData("N_A")]
    [InlineData("DPoP")]
    [InlineData("")]
    public async Task A_token_of_a_type_that_is_not_understood_is_refused(string type)
    {
        var error = await FailAsync($$"""{"access_token":"{{_token}}","token_type":"{{type}}"}""");

        Assert.Equal("UnknownTokenType", error.ErrorId);
        Assert.Contains($"'{type}'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_token, Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"a  c\"")]
    [InlineData("[\"a\",\"c\"]")]
    public async Task The_granted_scopes_count_not_the_asked_ones(string scope)
    {
        await using var server = await OddServer.RespondingAsync($$"""{"access_token":"{{_token}}","token_type":"Bearer","scope":{{scope}}}""");

        var token = (await Workbench.AcquireAsync(_bench.ClientCredentials(server, scope: new GrantScope { Scopes = ["a", "b"] }))).Token;

        Assert.Equal(["a", "c"], token.Scopes);
    }

    [Fact]
    public async Task A_byte_order_mark_before_the_response_is_skipped() =>
        Assert.Equal(_token, (await AcquireAsync("\uFEFF" + $$"""{"access_token":"{{_token}}","token_type":"Bearer"}""")).Value.Reveal());

    [Fact]
    public async Task A_response_without_a_token_is_an_error_that_names_its_fields_and_shows_no_value()
    {
        var error = await FailAsync($$"""{"token":"{{_token}}","expires_in":3600}""");

        Assert.Equal("TokenMissing", error.ErrorId);
        Assert.Contains("token, expires_in", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_token, Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\\r\\nX-Evil: 1")]
    [InlineData("é")]
    public async Task A_token_that_no_header_can_carry_is_refused(string token) =>
        Assert.Equal("TokenMalformed", (await FailAsync($$"""{"access_token":"{{token}}","token_type":"Bearer"}""")).ErrorId);

    [Theory]
    [InlineData("invalid_client", 401, "InvalidClient", BearerErrorKind.Authentication)]
    [InlineData("invalid_grant", 400, "InvalidGrant", BearerErrorKind.Authentication)]
    [InlineData("invalid_scope", 400, "InvalidScope", BearerErrorKind.InvalidArgument)]
    [InlineData("invalid_target", 400, "InvalidTarget", BearerErrorKind.InvalidArgument)]
    [InlineData("invalid_request", 400, "InvalidRequest", BearerErrorKind.InvalidArgument)]
    [InlineData("unauthorized_client", 400, "UnauthorizedClient", BearerErrorKind.Permission)]
    [InlineData("unsupported_grant_type", 400, "UnsupportedGrantType", BearerErrorKind.InvalidArgument)]
    [InlineData("access_denied", 403, "AccessDenied", BearerErrorKind.Permission)]
    [InlineData("temporarily_unavailable", 503, "AuthorityUnavailable", BearerErrorKind.Server)]
    [InlineData("server_error", 500, "AuthorityFailed", BearerErrorKind.Server)]
    [InlineData("unsupported_response_type", 400, "UnsupportedResponseType", BearerErrorKind.Permission)]
    [InlineData("unsupported_token_type", 400, "UnsupportedTokenType", BearerErrorKind.InvalidArgument)]
    [InlineData("authorization_pending", 400, "AuthorizationPending", BearerErrorKind.Authentication)]
    [InlineData("slow_down", 400, "SlowDown", BearerErrorKind.Server)]
    [InlineData("expired_token", 400, "DeviceCodeExpired", BearerErrorKind.Timeout)]
    [InlineData("invalid_request_uri", 400, "InvalidRequestUri", BearerErrorKind.InvalidArgument)]
    [InlineData("invalid_request_object", 400, "InvalidRequestObject", BearerErrorKind.InvalidArgument)]
    [InlineData("invalid_dpop_proof", 400, "InvalidDPoPProof", BearerErrorKind.Authentication)]
    [InlineData("use_dpop_nonce", 400, "DPoPNonceRefused", BearerErrorKind.Server)]
    [InlineData("invalid_token", 401, "InvalidToken", BearerErrorKind.Authentication)]
    [InlineData("insufficient_scope", 403, "InsufficientScope", BearerErrorKind.Permission)]
    [InlineData("interaction_required", 400, "InteractionRequired", BearerErrorKind.Authentication)]
    [InlineData("login_required", 400, "LoginRequired", BearerErrorKind.Authentication)]
    [InlineData("consent_required", 400, "ConsentRequired", BearerErrorKind.Permission)]
    [InlineData("account_selection_required", 400, "AccountSelectionRequired", BearerErrorKind.Authentication)]
    [InlineData("invalid_client", 200, "InvalidClient", BearerErrorKind.Authentication)]
    public async Task An_OAuth_error_keeps_its_fields_and_says_what_usually_causes_it(string code, int status, string id, BearerErrorKind kind)
    {
        var error = await FailAsync($$"""{"error":"{{code}}","error_description":"No such thing","error_uri":"https://id.example.com/e"}""", status);

        Assert.Equal(code, error.Error);
        Assert.Equal("No such thing", error.ErrorDescription);
        Assert.Equal("https://id.example.com/e", error.ErrorUri);
        Assert.Equal((HttpStatusCode)status, error.StatusCode);
        Assert.Equal(id, error.ErrorId);
        Assert.Equal(kind, error.Kind);
        Assert.False(string.IsNullOrEmpty(error.NextStep));
    }

    [Fact]
    public async Task A_wrong_secret_is_an_error_that_names_the_client_and_is_not_sent_again()
    {
        await using var server = await OddServer.RespondingAsync("""{"error":"invalid_client","error_description":"Secret expired"}""", 401);

        var error = await Workbench.FailAsync(_bench.ClientCredentials(server));

        Assert.Contains("ops", error.Message, StringComparison.Ordinal);
        Assert.Contains("Secret expired", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_error_with_an_unknown_code_is_passed_on_unchanged()
    {
        var error = await FailAsync("""{"error":"moon_phase"}""", 400);

        Assert.Equal("TokenRequestRejected", error.ErrorId);
        Assert.Equal("moon_phase", error.Error);
    }

    [Theory]
    [InlineData("""{"error":{"code":400,"message":"Bad thing"}}""", 400, "Bad thing")]
    [InlineData("""{"errors":[{"detail":"Bad thing"}]}""", 400, "Bad thing")]
    [InlineData("""{"title":"Bad thing","status":500}""", 500, "Bad thing")]
    public async Task An_error_of_another_shape_is_passed_on_in_the_servers_words(string json, int status, string words)
    {
        var error = await FailAsync(json, status);

        Assert.Equal("TokenRequestFailed", error.ErrorId);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(status >= 500 ? BearerErrorKind.Server : BearerErrorKind.Authentication, error.Kind);
    }

    [Theory]
    [InlineData("""{"message":"Key disabled"}""", 401, "Key disabled")]
    [InlineData("""{"fault":{"faultstring":"Invalid client"}}""", 401, "Invalid client")]
    [InlineData("{}", 401, " with status 401 without a reason")]
    [InlineData("""{"message":"Key disabled"}""", 403, "Key disabled")]
    public async Task A_client_that_is_refused_in_other_words_is_not_sent_to_another_address(string json, int status, string words)
    {
        var error = await FailAsync(json, status);

        Assert.Equal("InvalidClient", error.ErrorId);
        Assert.Contains($" refused the client ops with status {status}", error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("Check the client id and its secret", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_a_firewall_is_quoted()
    {
        await using var server = await OddServer.StartAsync(
            context => OddServer.TextAsync(context, "<html><body><h1>WAF blocked</h1></body></html>", "text/html", 403));

        var error = await Workbench.FailAsync(_bench.ClientCredentials(server));

        Assert.Contains("status 403: a page that says \"WAF blocked\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("firewall", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"\"", "that is empty")]
    [InlineData("null", "that is null")]
    [InlineData("12", "that is a number")]
    [InlineData("{}", "that is no text")]
    public async Task A_token_that_is_none_is_an_error_that_says_what_it_is(string token, string words)
    {
        var error = await FailAsync($$"""{"access_token":{{token}},"token_type":"Bearer"}""");

        Assert.Equal("TokenMissing", error.ErrorId);
        Assert.Contains($"has an 'access_token' {words}.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JSON_that_is_cut_off_is_not_taken_for_another_service()
    {
        var error = await FailAsync("""{"access_token":"abc""");

        Assert.Equal("ResponseNotJson", error.ErrorId);
        Assert.Contains("responded with status 200 and invalid JSON (line 1, byte", error.Message, StringComparison.Ordinal);
        Assert.Contains("cut off", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_page_is_not_repeated()
    {
        await using var server = await OddServer.StartAsync(context => OddServer.TextAsync(context, "<html><body>Trace</body></html>", "text/html", 502));

        var error = await Workbench.FailAsync(_bench.ClientCredentials(server));

        Assert.Equal(HttpStatusCode.BadGateway, error.StatusCode);
        Assert.DoesNotContain("Trace", Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OAuthConstants.ClientAuthenticationMethod.SecretBasic)]
    [InlineData(OAuthConstants.ClientAuthenticationMethod.SecretPost)]
    public async Task A_server_that_echoes_the_credentials_leaks_nothing_in_any_spelling(string method)
    {
        var secret = new Secret(Workbench.NewSecret());
        OddServer? server = null;
        server = await OddServer.StartAsync(context =>
        {
            var seen = server!.Requests[^1];
            var echo = $"{seen.Body} {seen.Headers.GetValueOrDefault("Authorization")} {secret.Reveal()} \u001b[2J";
            return OddServer.JsonAsync(context, JsonSerializer.Serialize(new { error = "invalid_client", error_description = echo, error_uri = echo }), 401);
        });
        await using (server)
        {
            var error = await Workbench.FailAsync(_bench.ClientCredentials(server, secret, method: method));

            var text = Workbench.AllTextOf(error);
            Assert.DoesNotContain(secret.Reveal(), text, StringComparison.Ordinal);
            Assert.DoesNotContain(Uri.EscapeDataString(secret.Reveal()).Replace("%20", "+", StringComparison.Ordinal), text, StringComparison.OrdinalIgnoreCase);
            if (server.Requests[^1].Headers.TryGetValue("Authorization", out var header))
                Assert.DoesNotContain(header["Basic ".Length..], text, StringComparison.Ordinal);
            Assert.Contains(LiveSecrets.Mark, text, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', text);
        }
    }

    public void Dispose() => _bench.Dispose();

    private async Task<AccessToken> AcquireAsync(string json)
    {
        await using var server = await OddServer.RespondingAsync(json);
        return (await Workbench.AcquireAsync(_bench.ClientCredentials(server))).Token;
    }

    private async Task<BearerTokenException> FailAsync(string json, int status = 200)
    {
        await using var server = await OddServer.RespondingAsync(json, status);
        return await Workbench.FailAsync(_bench.ClientCredentials(server));
    }
}
