using BearerTools.Diagnostics;
using BearerTools.Entra;
using BearerTools.Tests.Msal.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Msal;

/// <summary>The environment of a process is one, so these run one after another.</summary>
[Collection(nameof(EnvironmentVariables))]
public sealed class ManagedIdentityTests
{
    private const string Arm = "https://management.azure.com";

    [Fact]
    public async Task A_machine_in_Azure_requests_its_token_at_the_metadata_endpoint()
    {
        await using var bench = await Bench.StartAsync();

        var token = (await bench.AcquireAsync(Identity(bench))).Token;

        var asked = Assert.Single(bench.Server.Asked);
        Assert.Equal(("169.254.169.254", "/metadata/identity/oauth2/token", "true", Arm), (asked.Host, asked.Path, asked.Headers["Metadata"], asked.Query["resource"]));
        Assert.Equal("ManagedIdentity", token.Flow);
        Assert.InRange((token.ExpiresOn - token.IssuedOn)!.Value.TotalHours, 7.9, 8.1);
    }

    [Theory]
    [InlineData(nameof(IdentityName.ClientId), "client_id")]
    [InlineData(nameof(IdentityName.ObjectId), "object_id")]
    [InlineData(nameof(IdentityName.ResourceId), "msi_res_id")]
    public async Task An_assigned_identity_goes_by_any_of_its_names(string name, string parameter)
    {
        await using var bench = await Bench.StartAsync();

        await bench.AcquireAsync(Identity(bench, Enum.Parse<IdentityName>(name), "the-identity"));

        Assert.Equal("the-identity", Assert.Single(bench.Server.Asked).Query[parameter]);
    }

    [Fact]
    public async Task Another_identity_API_or_platform_is_another_key()
    {
        await using var bench = await Bench.StartAsync();
        List<TokenKey> keys = [Identity(bench).Key, bench.Sources.ManagedIdentity(new ManagedIdentityOptions { Resource = "https://graph.microsoft.com" }).Key];
        foreach (var name in new[] { IdentityName.ClientId, IdentityName.ObjectId, IdentityName.ResourceId })
            keys.AddRange([Identity(bench, name, "one").Key, Identity(bench, name, "other").Key]);
        using var variables = new EnvironmentVariables(("IDENTITY_ENDPOINT", "http://10.1.2.3:8081/msi/token"));
        keys.Add(Identity(bench).Key);

        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal(keys[^1], Identity(bench).Key);
    }

    [Fact]
    public async Task App_Service_is_found_by_its_variables_and_sees_its_header()
    {
        await using var bench = await Bench.StartAsync();
        using var variables = new EnvironmentVariables(("IDENTITY_ENDPOINT", "http://169.254.130.3:8081/msi/token"), ("IDENTITY_HEADER", "header-of-the-app"));

        await bench.AcquireAsync(Identity(bench));

        var asked = Assert.Single(bench.Server.Asked);
        Assert.Equal(("169.254.130.3", "/msi/token", "header-of-the-app"), (asked.Host, asked.Path, asked.Headers["X-IDENTITY-HEADER"]));
        Assert.DoesNotContain("header-of-the-app", bench.LogText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IDENTITY_ENDPOINT", "IDENTITY_HEADER")]
    [InlineData("MSI_ENDPOINT", "MSI_SECRET")]
    public async Task The_header_of_a_platform_goes_in_plain_http_to_no_other_machine(string endpoint, string secret)
    {
        await using var bench = await Bench.StartAsync();
        using var variables = new EnvironmentVariables((endpoint, "http://10.1.2.3:8081/msi/token"), (secret, "header-of-the-app"));

        var error = await bench.RefusedAsync(Identity(bench, IdentityName.ClientId, "one"));

        Assert.Equal(("InsecureEndpoint", BearerErrorKind.Security), (error.ErrorId, error.Kind));
        Assert.Empty(bench.Server.Asked);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    public async Task A_response_that_is_too_large_is_an_error_that_says_so(int status)
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Responses = _ => new EntraResponse(status, new string('x', 2 << 20));

        var error = await bench.RefusedAsync(Identity(bench));

        Assert.Equal("ResponseTooLarge", error.ErrorId);
        Assert.DoesNotContain("headers", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_again_asks_the_platform_again()
    {
        await using var bench = await Bench.StartAsync();
        var source = Identity(bench);

        var first = await bench.AcquireAsync(source);
        await bench.AcquireAsync(source, first);

        Assert.Equal(2, bench.Server.Asked.Count);
    }

    [Fact]
    public async Task Claims_get_a_new_token_too_though_no_platform_receives_them_yet()
    {
        await using var bench = await Bench.StartAsync();
        var source = Identity(bench);
        var first = await bench.AcquireAsync(source);

        var second = await bench.AcquireAsync(source, first, claims: """{"access_token":{"nbf":{"essential":true,"value":"1"}}}""");

        Assert.NotEqual(first.Token.Fingerprint, second.Token.Fingerprint);
    }

    [Fact]
    public async Task A_machine_without_an_identity_says_so_and_what_to_do()
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Responses = _ => new EntraResponse(400, new { error = "invalid_request", error_description = "Identity not found" });

        var error = await bench.RefusedAsync(Identity(bench));

        Assert.Equal((ManagedIdentityErrors.NotAssigned, BearerErrorKind.NotFound), (error.ErrorId, error.Kind));
        Assert.Equal("The managed identity endpoint returned no token for this machine's system-assigned identity (400): Identity not found", error.Message);
    }

    [Fact]
    public async Task Plain_http_goes_to_no_other_machine_than_the_platforms()
    {
        await using var bench = await Bench.StartAsync();
        using var http = new BearerTools.Msal.MsalHttp(bench.Server.Sockets, EventSink.None);

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => http.GetHttpClient().GetAsync(new Uri("http://login.microsoftonline.com/x")));

        Assert.Equal("InsecureEndpoint", error.ErrorId);
        Assert.Empty(bench.Server.Asked);
    }

    private static BearerTools.Tokens.ITokenSource Identity(Bench bench, IdentityName name = IdentityName.None, string? id = null) =>
        bench.Sources.ManagedIdentity(new ManagedIdentityOptions { Resource = Arm, Name = name, Id = id });
}
