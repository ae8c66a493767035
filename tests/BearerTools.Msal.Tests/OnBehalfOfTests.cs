using BearerTools.Entra.Assertions;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Msal.Support;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Msal;

public sealed class OnBehalfOfTests
{
    [Fact]
    public async Task A_service_gets_a_token_for_its_caller()
    {
        await using var bench = await Bench.StartAsync();
        var secret = Bench.NewSecret();
        var source = bench.Sources.OnBehalfOf(bench.Client(Bench.Secret(secret)) with { Scopes = ["https://graph.microsoft.com/User.Read"] }, User("the-users-token"));

        var response = await bench.AcquireAsync(source);

        var form = Assert.Single(bench.Server.Asked).Form;
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        Assert.Equal(("the-users-token", "on_behalf_of", secret), (form["assertion"], form["requested_token_use"], form["client_secret"]));
        Assert.Contains("https://graph.microsoft.com/User.Read", form["scope"], StringComparison.Ordinal);
        Assert.Equal((EntraServer.User, "OnBehalfOf"), (response.Token.Account, response.Token.Flow));
    }

    [Fact]
    public async Task Asking_again_asks_Entra_again()
    {
        await using var bench = await Bench.StartAsync();
        var source = bench.Sources.OnBehalfOf(bench.Client(Bench.Secret()), User("the-users-token"));

        var first = await bench.AcquireAsync(source);
        var second = await bench.AcquireAsync(source, first);

        Assert.NotEqual(first.Token.Fingerprint, second.Token.Fingerprint);
        Assert.Equal(2, bench.Server.Asked.Count);
    }

    [Fact]
    public async Task Another_user_is_another_key_and_an_expired_token_is_reported()
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Responses = _ => EntraResponse.Error("invalid_grant", 500133, "Assertion is not within its valid time range.");
        var client = bench.Client(Bench.Secret());
        var source = bench.Sources.OnBehalfOf(client, User("the-users-token"));

        Assert.Equal("AssertionRefused", (await bench.RefusedAsync(source)).ErrorId);
        Assert.Equal(source.Key, bench.Sources.OnBehalfOf(client, User("the-users-token")).Key);
        Assert.NotEqual(source.Key, bench.Sources.OnBehalfOf(client, User("another-users-token")).Key);
        Assert.NotEqual(source.Key, bench.Sources.ClientCredentials(client).Key);
    }

    [Fact]
    public async Task Its_account_is_not_kept_so_that_only_the_clients_proof_says_whether_it_can_be_renewed()
    {
        await using var bench = await Bench.StartAsync();
        var source = bench.Sources.OnBehalfOf(bench.Client(new ScriptAssertion("{ }", () => "assertion.of.script")), User("the-users-token"));

        var response = await bench.AcquireAsync(source, prompt: new TestUserPrompt());

        Assert.Equal((false, false), (source.CanRenew, response.CanBeRenewed));
    }

    private static TokenReference User(string token) => new(new AccessToken(new Secret(token), new TokenMetadata()));
}
