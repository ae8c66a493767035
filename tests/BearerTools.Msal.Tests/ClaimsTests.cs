using BearerTools.Entra;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Msal.Support;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Msal;

/// <summary>The claims that an API misses reach Entra ID by every way, beside the word that this client knows such challenges.</summary>
public sealed class ClaimsTests
{
    private const string Claims = """{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}""";

    private readonly TestUserPrompt _prompt = new();

    [Fact]
    public async Task For_the_client_itself()
    {
        await using var bench = await Bench.StartAsync();

        await bench.AcquireAsync(bench.Sources.ClientCredentials(bench.Client(Bench.Secret())), claims: Claims);

        MustHold(Assert.Single(bench.Server.Asked).Form["claims"]);
    }

    [Fact]
    public async Task For_the_user_that_it_was_called_by()
    {
        await using var bench = await Bench.StartAsync();
        var user = new TokenReference(new AccessToken(new Secret("the-users-token"), new TokenMetadata()));

        await bench.AcquireAsync(bench.Sources.OnBehalfOf(bench.Client(Bench.Secret()), user), claims: Claims);

        MustHold(Assert.Single(bench.Server.Asked).Form["claims"]);
    }

    [Fact]
    public async Task For_a_user_at_the_browser_and_later_for_their_account()
    {
        await using var bench = await Bench.StartAsync();
        var source = bench.Sources.Interactive(bench.Client(), new EntraLogin());

        var first = await bench.AcquireAsync(source, prompt: _prompt, claims: Claims);
        MustHold(bench.Browser.Parameter("claims"));
        await bench.AcquireAsync(source, first, claims: Claims);

        Assert.Equal("refresh_token", bench.Server.Asked[^1].Form["grant_type"]);
        MustHold(bench.Server.Asked[^1].Form["claims"]);
    }

    [Fact]
    public async Task For_a_user_with_a_device_code()
    {
        await using var bench = await Bench.StartAsync();

        await bench.AcquireAsync(bench.Sources.DeviceCode(bench.Client()), prompt: _prompt, claims: Claims);

        Assert.All(bench.Server.Asked, asked => MustHold(asked.Form.GetValueOrDefault("claims") ?? asked.Query["claims"]));
    }

    [Fact]
    public async Task The_claims_that_Entra_requires_are_sent_with_the_new_login()
    {
        await using var bench = await Bench.StartAsync();
        var source = bench.Sources.Interactive(bench.Client(), new EntraLogin());
        var first = await bench.AcquireAsync(source, prompt: _prompt);
        bench.Server.Responses = asked => asked.Form.GetValueOrDefault("grant_type") == "refresh_token"
            ? new EntraResponse(400, new Dictionary<string, object> { ["error"] = "interaction_required", ["error_description"] = "AADSTS50076: A second factor is wanted.", ["claims"] = Claims })
            : null;

        await bench.AcquireAsync(source, first, _prompt);

        MustHold(bench.Browser.Parameter("claims"));
    }

    private static void MustHold(string claims)
    {
        Assert.Contains("1604106651", claims, StringComparison.Ordinal);
        Assert.Contains("cp1", claims, StringComparison.Ordinal);
    }
}
