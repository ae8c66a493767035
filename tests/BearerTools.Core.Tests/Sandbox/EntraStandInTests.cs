using System.Net;
using System.Text;
using System.Text.Json;
using BearerTools.Sandbox.Entra;
using BearerTools.Sandbox.Entra.Workloads;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Sandbox;

/// <summary>The stand-in is strict: what it lets pass would pass at Entra too.</summary>
public sealed class EntraStandInTests : IClassFixture<EntraStandIn>
{
    private readonly EntraServer _server;
    private readonly EntraCaller _caller;

    public EntraStandInTests(EntraStandIn standIn)
    {
        (_server, _caller) = (standIn.Server, standIn.Caller);
        Entra.Levers.Reset();
        Entra.Log.Reset();
    }

    private EntraContext Entra => _server.Context;

    [Fact]
    public async Task A_token_by_a_secret_is_good_at_the_API_it_was_asked_for_and_at_no_other()
    {
        var token = Text(await _caller.TokenBySecretAsync(), "access_token");

        using var graph = await _caller.GetAsync("https://graph.microsoft.com/v1.0/users", token);
        using var management = await _caller.GetAsync("https://management.azure.com/subscriptions", token);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (graph.StatusCode, management.StatusCode));
    }

    [Fact]
    public async Task An_error_has_the_number_the_ids_and_the_time_in_its_members_and_in_its_text()
    {
        var error = await _caller.TokenAsync(("client_secret", "guess"));

        Assert.Equal("invalid_client", Text(error, "error"));
        Assert.Equal(7000215, error.GetProperty("error_codes")[0].GetInt32());
        Assert.StartsWith("AADSTS7000215: ", Text(error, "error_description"), StringComparison.Ordinal);
        Assert.EndsWith(
            $" Trace ID: {Text(error, "trace_id")} Correlation ID: {Text(error, "correlation_id")} Timestamp: {Text(error, "timestamp")}",
            Text(error, "error_description"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_proves_the_client_once_at_the_endpoint_that_the_assertion_names_and_in_time()
    {
        var assertion = _caller.Assertion();
        using var another = TestCertificate.Create();

        Assert.True((await _caller.TokenByAssertionAsync(assertion)).TryGetProperty("access_token", out _));
        Assert.Equal(700027, Code(await _caller.TokenByAssertionAsync(assertion)));
        Assert.Equal(700027, Code(await _caller.TokenByAssertionAsync(_caller.Assertion(audience: "https://login.microsoftonline.us/x/oauth2/v2.0/token"))));
        Assert.Equal(700024, Code(await _caller.TokenByAssertionAsync(_caller.Assertion(lifetime: TimeSpan.FromMinutes(-1)))));
        Assert.Equal(700027, Code(await _caller.TokenByAssertionAsync(_caller.Assertion(named: another))));
        Assert.Equal(700027, Code(await _caller.TokenByAssertionAsync(_caller.Assertion()[..^4] + "AAAA")));
    }

    [Fact]
    public async Task A_federated_assertion_has_to_be_of_a_subject_that_is_trusted_and_for_the_exchange()
    {
        var trusted = Federation.Assertion(Entra, Federation.GitHub, Federation.Audience);
        var crossOrigin = Federation.Assertion(Entra, Federation.GitHub, "https://github.com/contoso");
        var stranger = Federation.Assertion(Entra, (Federation.GitHub.Issuer, "repo:contoso/other"), Federation.Audience);

        Assert.True((await _caller.TokenByAssertionAsync(trusted)).TryGetProperty("access_token", out _));
        Assert.Equal(700213, Code(await _caller.TokenByAssertionAsync(crossOrigin)));
        Assert.Equal(700213, Code(await _caller.TokenByAssertionAsync(stranger)));
    }

    [Theory]
    [InlineData("scope", "https://graph.microsoft.com/User.Read", 1002012)]
    [InlineData("scope", "https://nobody.example/.default", 500011)]
    [InlineData("client_id", "00000000-0000-4000-8000-000000000000", 700016)]
    [InlineData("grant_type", "password", 70003)]
    public async Task An_invalid_request_is_refused_with_the_number_of_its_error(string name, string value, int code) =>
        Assert.Equal(code, Code(await _caller.TokenBySecretAsync((name, value))));

    [Fact]
    public async Task A_challenge_is_met_only_by_a_token_that_was_asked_for_with_it()
    {
        string Capable(string more = "") => $$"""{"access_token":{ {{more}} "xms_cc":{"values":["cp1"]} } }""";
        var before = Text(await _caller.TokenBySecretAsync(("claims", Capable())), "access_token");
        var incapable = Text(await _caller.TokenBySecretAsync(), "access_token");
        Entra.Levers.Challenge = "1604106651";

        using var challenged = await _caller.GetAsync("https://graph.microsoft.com/v1.0/users", before);
        using var refused = await _caller.GetAsync("https://graph.microsoft.com/v1.0/users", incapable);
        var after = Text(await _caller.TokenBySecretAsync(("claims", Capable("\"nbf\":{\"essential\":true,\"value\":\"1604106651\"},"))), "access_token");
        using var met = await _caller.GetAsync("https://graph.microsoft.com/v1.0/users", after);

        var challenge = challenged.Headers.WwwAuthenticate.ToString();
        Assert.Contains("error=\"insufficient_claims\"", challenge, StringComparison.Ordinal);
        var claims = Encoding.UTF8.GetString(Convert.FromBase64String(challenge.Split("claims=\"")[1].TrimEnd('"')));
        Assert.Equal("1604106651", JsonDocument.Parse(claims).RootElement.GetProperty("access_token").GetProperty("nbf").GetProperty("value").GetString());
        Assert.Equal((HttpStatusCode.Unauthorized, false), (refused.StatusCode, refused.Headers.WwwAuthenticate.ToString().Contains("claims=", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.OK, met.StatusCode);
    }

    [Fact]
    public async Task A_code_is_worth_nothing_without_its_verifier()
    {
        var directory = Entra.Directory;
        using var page = await _caller.GetAsync(
            $"https://login.microsoftonline.com/{directory.TenantId}/oauth2/v2.0/authorize?client_id={directory.ClientId}&redirect_uri=http%3A%2F%2Flocalhost%3A1%2F&response_type=code&code_challenge=x&code_challenge_method=S256&state=s");
        var context = (await page.Content.ReadAsStringAsync()).Split("name=\"ctx\" value=\"")[1].Split('"')[0];
        using var back = await _caller.PostAsync($"https://login.microsoftonline.com/{directory.TenantId}/login", ("ctx", context), ("login", directory.Ada.Name));
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(back.Headers.Location!.Query);

        var response = await _caller.TokenAsync(
            ("grant_type", "authorization_code"), ("code", query["code"].ToString()), ("redirect_uri", "http://localhost:1/"), ("code_verifier", "guess"), ("scope", "User.Read"));

        Assert.Equal("s", query["state"].ToString());
        Assert.Equal(501481, Code(response));
    }

    [Fact]
    public async Task A_machine_says_that_it_is_one_and_which_of_its_identities_it_wants()
    {
        var service = _server.Plain + ManagedIdentities.MachinePath + "?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F";
        using var machine = new HttpClient { DefaultRequestHeaders = { { "Metadata", "true" } } };

        using var browser = await _caller.GetAsync("http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F");
        using var own = await machine.GetAsync(service);
        using var user = await machine.GetAsync($"{service}&client_id={Entra.Directory.UserAssigned.ClientId}");
        using var unknown = await machine.GetAsync($"{service}&client_id={Guid.NewGuid()}");

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (browser.StatusCode, unknown.StatusCode));
        Assert.Equal(Entra.Directory.SystemAssigned.ClientId, Text(await SandboxCaller.ReadAsync(own), "client_id"));
        Assert.Equal(Entra.Directory.UserAssigned.ClientId, Text(await SandboxCaller.ReadAsync(user), "client_id"));
    }

    [Fact]
    public async Task The_proxy_connects_to_no_other_host_and_records_the_attempt()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => _caller.GetAsync("https://example.com/"));
        using var plain = await _caller.GetAsync("http://example.com/");
        using var unknown = await _caller.GetAsync("https://graph.microsoft.com/v1.0/nothing");

        Assert.Equal(HttpStatusCode.Forbidden, plain.StatusCode);
        Assert.Equal(["example.com:443", "http://example.com/", "GET graph.microsoft.com/v1.0/nothing"], Entra.Log.Refused);
    }

    private static string Text(JsonElement response, string name) => response.GetProperty(name).GetString()!;

    private static int Code(JsonElement response) => response.GetProperty("error_codes")[0].GetInt32();
}
