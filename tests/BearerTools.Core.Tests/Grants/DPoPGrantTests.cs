using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Grants;

/// <summary>DPoP at the token endpoint (RFC 9449 sections 5 and 8).</summary>
public sealed class DPoPGrantTests : IDisposable
{
    private readonly Workbench _bench = new();
    private readonly DPoPKey _key;
    private readonly string _good = $$"""{"access_token":"{{Workbench.NewToken()}}","token_type":"DPoP"}""";
    private int _asked;

    public DPoPGrantTests() => _key = new DPoPKey(_bench.Clock);

    [Fact]
    public async Task The_request_proves_the_key_and_the_token_is_bound_to_it()
    {
        await using var server = await OddServer.RespondingAsync(_good);

        var token = (await Workbench.AcquireAsync(Source(server))).Token;

        var proof = ReadProof.Of(Assert.Single(server.Requests).Headers["DPoP"]);
        Assert.True(proof.IsSignedByItsKey);
        Assert.Equal("POST", proof["htm"]);
        Assert.Equal(server.Address + "/token", proof["htu"]);
        Assert.Null(proof["ath"]);
        Assert.Equal("DPoP", token.TokenType);
        Assert.Same(_key, token.ProofKey);
    }

    [Theory]
    [InlineData("\"token_type\":\"Bearer\",")]
    [InlineData("\"token_type\":\"mac\",")]
    [InlineData("")]
    public async Task A_token_of_another_type_from_the_authority_is_an_error(string type)
    {
        var value = Workbench.NewToken();
        await using var server = await OddServer.RespondingAsync($$"""{{{type}}"access_token":"{{value}}"}""");

        var error = await Workbench.FailAsync(Source(server));

        Assert.Equal("DPoPDowngrade", error.ErrorId);
        Assert.Equal(BearerErrorKind.Security, error.Kind);
        Assert.DoesNotContain(value, Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bound_token_that_was_not_requested_is_refused_and_the_error_says_how_to_request_one()
    {
        await using var server = await OddServer.RespondingAsync(_good);

        var error = await Workbench.FailAsync(_bench.ClientCredentials(server));

        Assert.Equal("UnknownTokenType", error.ErrorId);
        Assert.Contains("-DPoP", error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("DPoP", server.Requests[0].Headers.Keys);
    }

    [Fact]
    public async Task A_nonce_that_is_asked_for_is_put_into_a_new_proof()
    {
        await using var server = await OddServer.StartAsync(context => Proof(context)["nonce"] == "n-1" ? GoodAsync(context) : WantNonceAsync(context, "n-1"));

        await Workbench.AcquireAsync(Source(server));

        var proofs = server.Requests.Select(request => ReadProof.Of(request.Headers["DPoP"])).ToArray();
        Assert.Equal([null, "n-1"], proofs.Select(proof => proof["nonce"]));
        Assert.NotEqual(proofs[0]["jti"], proofs[1]["jti"]);
    }

    [Fact]
    public async Task The_nonce_of_a_successful_response_is_used_the_next_time()
    {
        await using var server = await OddServer.StartAsync(context => GoodAsync(context, $"n-{++_asked}"));
        var source = Source(server);

        await Workbench.AcquireAsync(source);
        await Workbench.AcquireAsync(source);

        Assert.Equal([null, "n-1"], server.Requests.Select(request => ReadProof.Of(request.Headers["DPoP"])["nonce"]));
    }

    [Fact]
    public async Task A_nonce_of_an_API_is_none_for_the_authority_even_at_the_same_origin()
    {
        await using var server = await OddServer.RespondingAsync(_good);
        using var earlier = new HttpResponseMessage();
        earlier.Headers.TryAddWithoutValidation("DPoP-Nonce", "of-the-api");
        _key.ApiNonces.Take(server.At("/"), earlier.Headers);

        await Workbench.AcquireAsync(Source(server));

        Assert.Null(ReadProof.Of(server.Requests.Single().Headers["DPoP"])["nonce"]);
    }

    [Fact]
    public async Task An_authority_that_always_wants_another_nonce_is_asked_three_times()
    {
        await using var server = await OddServer.StartAsync(context => WantNonceAsync(context, $"n-{++_asked}"));

        Assert.Equal("DPoPNonceRefused", (await Workbench.FailAsync(Source(server))).ErrorId);

        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData("same", 2)]
    [InlineData(null, 1)]
    public async Task Nothing_is_sent_again_with_the_nonce_that_was_just_refused_or_without_any(string? nonce, int requests)
    {
        await using var server = await OddServer.StartAsync(context => WantNonceAsync(context, nonce));

        await Workbench.FailAsync(Source(server));

        Assert.Equal(requests, server.Requests.Count);
    }

    [Fact]
    public async Task Without_a_key_a_required_nonce_is_an_error_at_once()
    {
        await using var server = await OddServer.StartAsync(context => WantNonceAsync(context, "n-1"));

        await Workbench.FailAsync(_bench.ClientCredentials(server));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_authority_that_says_it_takes_no_such_proofs_is_not_asked()
    {
        OddServer? server = null;
        server = await OddServer.StartAsync(context => OddServer.JsonAsync(context,
            $$"""{"issuer":"{{server!.Address}}","token_endpoint":"{{server.At("/token")}}","dpop_signing_alg_values_supported":["RS256"]}"""));
        await using (server)
        {
            Assert.Equal("DPoPNotSupported", (await Workbench.FailAsync(Source(server, server.Address))).ErrorId);
            Assert.DoesNotContain(server.Requests, request => request.Path == "/token");
        }
    }

    [Fact]
    public async Task Bound_and_bearer_tokens_and_those_of_another_key_have_keys_of_their_own()
    {
        await using var server = await OddServer.RespondingAsync(_good);
        var secret = SecretReference.To(new Secret(Workbench.NewSecret()));
        TokenKey Key(DPoPKey? key) => Source(server, key: key, secret: secret).Key;

        Assert.Equal(Key(_key), Key(_key));
        Assert.NotEqual(Key(null), Key(_key));
        Assert.NotEqual(Key(new DPoPKey(_bench.Clock)), Key(_key));
    }

    public void Dispose() => _bench.Dispose();

    private static ReadProof Proof(HttpContext context) => ReadProof.Of(context.Request.Headers["DPoP"].ToString());

    private static Task WantNonceAsync(HttpContext context, string? nonce)
    {
        if (nonce is not null) context.Response.Headers["DPoP-Nonce"] = nonce;
        return OddServer.JsonAsync(context, """{"error":"use_dpop_nonce"}""", 400);
    }

    private Task GoodAsync(HttpContext context, string? nonce = null)
    {
        if (nonce is not null) context.Response.Headers["DPoP-Nonce"] = nonce;
        return OddServer.JsonAsync(context, _good);
    }

    private ClientCredentialsSource Source(OddServer server, string? authority = null) =>
        Source(server, _key, SecretReference.To(new Secret(Workbench.NewSecret())), authority);

    private ClientCredentialsSource Source(OddServer server, DPoPKey? key, SecretReference secret, string? authority = null) =>
        new(_bench.Backchannel, _bench.Discovery, new OAuthClientOptions
        {
            Authority = authority,
            TokenEndpoint = authority is null ? server.At("/token") : null,
            ClientId = "ops",
            Secret = secret,
            ProofKey = key,
        }, new GrantScope());
}
