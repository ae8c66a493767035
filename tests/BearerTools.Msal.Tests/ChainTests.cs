using System.Net;
using System.Text.Json;
using BearerTools.Entra;
using BearerTools.Entra.Chain;
using BearerTools.Tests.Msal.Support;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Msal;

[Collection(nameof(EnvironmentVariables))]
public sealed class ChainTests
{
    private static readonly TestUserPrompt s_nonInteractive = new() { UnavailableReason = "the session has no terminal" };

    private static readonly (string, string?)[] s_environment =
        [(AzureVariables.ClientId, "client-of-the-environment"), (AzureVariables.TenantId, EntraServer.Tenant), (AzureVariables.ClientSecret, "secret-of-the-environment")];

    [Fact]
    public async Task Where_no_source_is_available_every_reason_is_reported()
    {
        await using var bench = await Bench.StartAsync();

        var error = await bench.RefusedAsync(Chain(bench, hasPlatform: false), prompt: s_nonInteractive);

        Assert.Equal("NoIdentity", error.ErrorId);
        Assert.Contains("Workload identity: AZURE_FEDERATED_TOKEN_FILE is not set", error.Message, StringComparison.Ordinal);
        Assert.Contains("Managed identity: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("Environment: neither AZURE_CLIENT_SECRET", error.Message, StringComparison.Ordinal);
        Assert.Contains("Cached account: no account has signed in", error.Message, StringComparison.Ordinal);
        Assert.Contains("Interactive sign-in: the session has no terminal", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_has_the_identity_of_its_Kubernetes_token()
    {
        await using var bench = await Bench.StartAsync();
        var place = Path.GetTempFileName();
        await File.WriteAllTextAsync(place, "of-the-pod.x.y");
        using var variables = new EnvironmentVariables([.. s_environment, (AzureVariables.FederatedTokenFile, place), (AzureVariables.AuthorityHost, "https://login.microsoftonline.us/")]);

        await bench.AcquireAsync(Chain(bench, hasPlatform: true));

        var asked = Assert.Single(bench.Server.Asked, asked => asked.Form.Count > 0);
        Assert.Equal(("login.microsoftonline.us", "client-of-the-environment", "of-the-pod.x.y"), (asked.Host, asked.Form["client_id"], asked.Form["client_assertion"]));
        File.Delete(place);
    }

    [Fact]
    public async Task The_machines_identity_goes_before_the_environment()
    {
        await using var bench = await Bench.StartAsync();
        using var variables = new EnvironmentVariables(s_environment);

        var token = (await bench.AcquireAsync(Chain(bench, hasPlatform: true))).Token;

        Assert.Equal("ManagedIdentity", token.Flow);
        Assert.Contains("Managed identity: available; using it.", bench.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_in_Azure_without_an_identity_is_skipped()
    {
        await using var bench = await Bench.StartAsync();
        using var variables = new EnvironmentVariables(s_environment);
        bench.Server.Responses = asked => asked.Form.Count == 0 ? new EntraResponse(400, new { error = "invalid_request", error_description = "Identity not found" }) : null;

        var token = (await bench.AcquireAsync(Chain(bench, hasPlatform: true))).Token;

        Assert.Equal(("ClientCredentials", "client-of-the-environment"), (token.Flow, token.ClientId));
        Assert.Contains("Managed identity: not used, because this machine has no managed identity.", bench.LogText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301, "<html>")]
    [InlineData(302, "")]
    [InlineData(400, "<html>")]
    [InlineData(400, """{"error":"invalid_request","error_description":"Identity not found"}""")]
    [InlineData(400, """{"statusCode":400,"message":"No identity."}""")]
    [InlineData(404, "")]
    [InlineData(405, "")]
    [InlineData(408, "")]
    public async Task A_platform_that_names_its_endpoint_and_fails_ends_the_chain(int status, string body)
    {
        await using var bench = await Bench.StartAsync();
        using var variables = new EnvironmentVariables([.. s_environment, (AzureVariables.IdentityEndpoint, "http://169.254.130.3/msi/token"), ("IDENTITY_HEADER", "header-of-the-app")]);
        bench.Server.Responses = asked => asked.Form.Count == 0 ? new EntraResponse(status, JsonOrText(body)) : null;

        var error = await bench.RefusedAsync(Chain(bench, hasPlatform: true));

        Assert.StartsWith("Managed identity is configured but failed; other identities were not tried.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(bench.Server.Asked, asked => asked.Form.Count > 0);
    }

    [Theory]
    [InlineData(302, "")]
    [InlineData(400, "<html>")]
    public async Task A_response_that_Azure_does_not_give_for_a_missing_identity_ends_the_chain(int status, string body)
    {
        await using var bench = await Bench.StartAsync();
        using var variables = new EnvironmentVariables(s_environment);
        bench.Server.Responses = asked => asked.Form.Count == 0 ? new EntraResponse(status, JsonOrText(body)) : null;

        var error = await bench.RefusedAsync(Chain(bench, hasPlatform: true));

        Assert.StartsWith("Managed identity is configured but failed", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "AADSTS500011: The API was not found.", "ResourceNotFound")]
    [InlineData("the-identity", "Identity not found", "ManagedIdentityNotAssigned")]
    public async Task A_machine_whose_identity_exists_or_is_named_is_not_skipped(string? clientId, string words, string id)
    {
        await using var bench = await Bench.StartAsync();
        using var variables = new EnvironmentVariables(s_environment);
        bench.Server.Responses = asked => asked.Form.Count == 0 ? new EntraResponse(400, new { error = "invalid_request", error_description = words }) : null;

        var error = await bench.RefusedAsync(Chain(bench, hasPlatform: true, clientId: clientId));

        Assert.Equal(id, error.ErrorId);
        Assert.DoesNotContain(bench.Server.Asked, asked => asked.Form.Count > 0);
    }

    [Fact]
    public async Task An_identity_that_is_there_and_fails_ends_the_chain()
    {
        await using var bench = await Bench.StartAsync();
        using var variables = new EnvironmentVariables(s_environment);
        await bench.AcquireAsync(bench.Sources.Interactive(new ChainOptions { Scopes = [$"{Bench.Graph}/.default"] }.UserClient, new EntraLogin()), prompt: new TestUserPrompt());
        bench.Server.Responses = _ => EntraResponse.Error("invalid_client", 7000222, "The secret has expired.");
        var before = bench.Server.Asked.Count;

        var error = await bench.RefusedAsync(Chain(bench, hasPlatform: false), prompt: new TestUserPrompt());

        Assert.Equal("ClientSecretExpired", error.ErrorId);
        Assert.StartsWith("Environment is configured but failed; other identities were not tried.", error.Message, StringComparison.Ordinal);
        Assert.Equal(before + 1, bench.Server.Asked.Count);
    }

    [Fact]
    public async Task An_incomplete_environment_ends_the_chain_with_an_error_and_is_not_skipped()
    {
        using var variables = new EnvironmentVariables((AzureVariables.ClientSecret, "secret-of-the-environment"), (AzureVariables.TenantId, EntraServer.Tenant));

        var link = new EnvironmentLink(null!, new ChainOptions { Scopes = [] });

        var error = await Assert.ThrowsAsync<BearerTokenException>(async () => await link.UnavailableReasonAsync(TokenRequestContext.Default, default));

        Assert.Equal(("InvalidEnvironment", "The environment variable AZURE_CLIENT_SECRET is set, but AZURE_CLIENT_ID is not."), (error.ErrorId, error.Message));
    }

    [Fact]
    public async Task A_user_is_asked_last_and_from_then_on_it_stays_their_token()
    {
        await using var bench = await Bench.StartAsync();
        var chain = Chain(bench, hasPlatform: false);

        var first = await bench.AcquireAsync(chain, prompt: new TestUserPrompt());
        using var variables = new EnvironmentVariables(s_environment);
        var second = await bench.AcquireAsync(chain, first);

        Assert.Equal((EntraServer.User, EntraServer.User), (first.Token.Account, second.Token.Account));
        Assert.Equal("refresh_token", bench.Server.Asked[^1].Form["grant_type"]);
    }

    [Fact]
    public async Task A_user_who_logged_in_before_is_not_asked_again()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcquireAsync(Chain(bench, hasPlatform: false), prompt: new TestUserPrompt());

        var token = (await bench.AcquireAsync(Chain(bench, hasPlatform: false, Bench.Graph), prompt: new TestUserPrompt())).Token;

        Assert.Equal((EntraServer.User, "Account"), (token.Account, token.Flow));
    }

    [Fact]
    public async Task A_response_at_the_address_of_the_platform_must_be_from_Azure()
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Responses = _ => new EntraResponse((int)HttpStatusCode.NotFound, "another cloud");

        Assert.Equal("the service at 169.254.169.254 is not Azure's", await new ManagedIdentityProbe(bench.Server.Sockets, TimeProvider.System).UnavailableReasonAsync(default));
    }

    [Fact]
    public async Task Another_environment_is_another_key()
    {
        await using var bench = await Bench.StartAsync();
        var without = Chain(bench, hasPlatform: false).Key;
        using var variables = new EnvironmentVariables(s_environment);

        Assert.NotEqual(without, Chain(bench, hasPlatform: false).Key);
        Assert.Equal(Chain(bench, hasPlatform: false).Key, Chain(bench, hasPlatform: false).Key);
    }

    private static object JsonOrText(string body) => body.StartsWith('{') ? JsonSerializer.Deserialize<JsonElement>(body) : body;

    private static DefaultChain Chain(Bench bench, bool hasPlatform, string resource = "https://management.azure.com", string? clientId = null)
    {
        var options = new ChainOptions { Scopes = EntraScope.Of([], [resource]), ClientId = clientId };
        var probe = new ManagedIdentityProbe(new Platform(hasPlatform), TimeProvider.System);
        return new DefaultChain(
            [
                new WorkloadLink(bench.Sources, options), new ManagedIdentityLink(bench.Sources, options, probe), new EnvironmentLink(bench.Sources, options),
                new AccountLink(bench.Sources, options), new InteractiveLink(bench.Sources, options),
            ],
            options.Scopes);
    }

    /// <summary>What responds to a request without the header that Azure requires.</summary>
    private sealed class Platform(bool isThere) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            isThere ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.BadRequest)) : throw new HttpRequestException("No server listens.");
    }
}
