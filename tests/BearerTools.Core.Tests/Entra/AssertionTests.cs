using BearerTools.Entra;
using BearerTools.Entra.Assertions;
using BearerTools.Grants;
using BearerTools.Tests.Grants;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Entra;

/// <summary>Where the assertions of federated credentials come from. Alone, because the environment of the process is changed.</summary>
[CollectionDefinition(nameof(AssertionTests), DisableParallelization = true)]
[Collection(nameof(AssertionTests))]
public sealed class AssertionTests : IDisposable
{
    private readonly Workbench _bench = new();
    private readonly Dictionary<string, string?> _before = [];
    private readonly string _buildToken = TestTokens.TokenText();
    private readonly string _assertion = TestTokens.Jwt("{}");

    [Fact]
    public async Task GitHub_gives_one_to_the_job_that_shows_its_token()
    {
        await using var server = await OddServer.RespondingAsync($$"""{"count":1,"value":"{{_assertion}}"}""");
        Set(("ACTIONS_ID_TOKEN_REQUEST_URL", server.Address + "/idtoken?api-version=2.0"), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", _buildToken));

        Assert.Equal(_assertion, await ReadAsync("GitHub"));

        var asked = Assert.Single(server.Requests);
        Assert.Equal(("GET", "/idtoken?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange", $"Bearer {_buildToken}"), (asked.Method, asked.Path, asked.Headers["Authorization"]));
    }

    [Fact]
    public async Task Azure_Pipelines_gives_one_for_the_service_connection()
    {
        await using var server = await OddServer.RespondingAsync($$"""{"oidcToken":"{{_assertion}}"}""");
        Set(
            ("SYSTEM_OIDCREQUESTURI", server.Address + "/oidctoken"), ("SYSTEM_ACCESSTOKEN", _buildToken), ("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", "connection-1"),
            ("AZURESUBSCRIPTION_TENANT_ID", "contoso.com"), ("AZURESUBSCRIPTION_CLIENT_ID", "ops"));

        var place = Place("azurepipelines");

        Assert.Equal(_assertion, (await place.Proof.ReadAsync(TokenRequestContext.Default, default)).Reveal());
        Assert.Equal(("contoso.com", "ops"), (place.TenantId, place.ClientId));
        var asked = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/oidctoken?api-version=7.1&serviceConnectionId=connection-1", $"Bearer {_buildToken}"), (asked.Method, asked.Path, asked.Headers["Authorization"]));
        Assert.Equal("Suppress", asked.Headers["X-TFS-FedAuthRedirect"]);
    }

    [Theory]
    [InlineData("github", "id-token: write")]
    [InlineData("azurepipelines", "AzureCLI@2")]
    [InlineData("workloadidentity", "azure.workload.identity/use")]
    public async Task Outside_such_a_platform_the_error_names_the_missing_variables_and_who_sets_them(string name, string step)
    {
        Set(("ACTIONS_ID_TOKEN_REQUEST_URL", null), ("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", null), (AzureVariables.FederatedTokenFile, null));

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => ReadAsync(name));

        Assert.Equal(("InvalidEnvironment", BearerErrorKind.NotFound), (error.ErrorId, error.Kind));
        Assert.Contains(step, error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_without_an_assertion_is_an_error_without_the_builds_token()
    {
        await using var server = await OddServer.RespondingAsync($$"""{"message":"'{{_buildToken}}' is not known"}""", 401);
        Set(("ACTIONS_ID_TOKEN_REQUEST_URL", server.Address + "/idtoken"), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", _buildToken));

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => ReadAsync("github"));

        Assert.Equal("AssertionMissing", error.ErrorId);
        Assert.Contains("is not known", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_buildToken, Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_reads_its_settings_from_its_variables()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, _assertion + "\n");
        Set(
            (AzureVariables.FederatedTokenFile, file), (AzureVariables.TenantId, "contoso.com"), (AzureVariables.ClientId, "pod"),
            (AzureVariables.AuthorityHost, "https://login.microsoftonline.us/"));

        var place = Place("WorkloadIdentity");

        Assert.Equal(("contoso.com", "pod", "https://login.microsoftonline.us/"), (place.TenantId, place.ClientId, place.AuthorityHost));
        Assert.Equal(_assertion, (await place.Proof.ReadAsync(TokenRequestContext.Default, default)).Reveal());
        File.Delete(file);
    }

    [Fact]
    public void What_is_no_place_is_not_repeated()
    {
        var error = Assert.Throws<BearerTokenException>(() => Place(_assertion));

        Assert.Equal("InvalidAssertionPlace", error.ErrorId);
        Assert.DoesNotContain(_assertion, Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_without_output_is_an_error() =>
        Assert.Equal("AssertionMissing", (await Assert.ThrowsAsync<BearerTokenException>(async () => await new ScriptAssertion("{ }", () => null).ReadAsync(new TokenRequestContext { UserPrompt = new TestUserPrompt() }, default))).ErrorId);

    private AssertionPlace Place(string text) => AssertionPlace.Parse(text, SecretReference.Parse, _bench.Backchannel);

    private async Task<string> ReadAsync(string text) => (await Place(text).Proof.ReadAsync(TokenRequestContext.Default, default)).Reveal();

    private void Set(params (string Name, string? Value)[] variables)
    {
        foreach (var (name, value) in variables)
        {
            _before.TryAdd(name, Environment.GetEnvironmentVariable(name));
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    public void Dispose()
    {
        foreach (var (name, value) in _before) Environment.SetEnvironmentVariable(name, value);
        _bench.Dispose();
    }
}
