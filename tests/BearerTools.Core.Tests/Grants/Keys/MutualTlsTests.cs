using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Tests.Support;
using Methods = BearerTools.Grants.OAuthConstants.ClientAuthenticationMethod;

namespace BearerTools.Tests.Grants.Keys;

public sealed class MutualTlsTests : IDisposable
{
    private readonly X509Certificate2 _server = TestCertificate.Create();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _client;
    private readonly Workbench _bench;
    private readonly string _token = Workbench.NewToken();

    public MutualTlsTests()
    {
        using var made = KeyFactory.Certificate(_key);
        _client = new X509Certificate2(made.Export(X509ContentType.Pfx));
        _bench = new Workbench(_server);
    }

    [Theory]
    [InlineData(Methods.TlsClientAuth)]
    [InlineData(Methods.SelfSignedTlsClientAuth)]
    public async Task The_certificate_of_the_connection_proves_the_client_whose_name_goes_along(string method)
    {
        await using var server = await AuthorityAsync("", wantsCertificate: true);

        var token = (await Workbench.AcquireAsync(Source(server, method))).Token;

        var sent = server.Requests[^1];
        Assert.Equal(_client.Thumbprint, sent.Certificate);
        Assert.Equal("grant_type=client_credentials&client_id=ops", sent.Body);
        Assert.Equal(_token, token.Value.Reveal());
    }

    [Fact]
    public async Task The_certificate_goes_to_the_alias_that_the_authority_names_and_to_no_other_place()
    {
        await using var alias = await OddServer.StartAsync(context => OddServer.JsonAsync(context, ApiResponse()), _server, wantsCertificate: true);
        await using var server = await AuthorityAsync($",\"mtls_endpoint_aliases\":{{\"token_endpoint\":\"{alias.Address}/mtls/token\"}}", wantsCertificate: true);

        await Workbench.AcquireAsync(Source(server, Methods.TlsClientAuth));

        Assert.Equal("/mtls/token", Assert.Single(alias.Requests).Path);
        Assert.Equal(_client.Thumbprint, alias.Requests[0].Certificate);
        Assert.NotEmpty(server.Requests);
        Assert.All(server.Requests, request => Assert.Null(request.Certificate));
        Assert.DoesNotContain(server.Requests, request => request.Path == "/token");
    }

    [Fact]
    public async Task A_client_without_certificate_keeps_to_the_usual_endpoints()
    {
        await using var server = await AuthorityAsync(",\"mtls_endpoint_aliases\":{\"token_endpoint\":\"https://mtls.example.com/token\"}");

        await Workbench.AcquireAsync(Source(server, Methods.PrivateKeyJwt));

        Assert.Equal("/token", server.Requests[^1].Path);
        Assert.Null(server.Requests[^1].Certificate);
    }

    [Theory]
    [InlineData("[\"tls_client_auth\"]", true)]
    [InlineData("[\"client_secret_basic\",\"self_signed_tls_client_auth\"]", true)]
    [InlineData("[\"tls_client_auth\",\"private_key_jwt\"]", false)]
    public async Task A_certificate_is_presented_where_the_authority_takes_no_assertion(string methods, bool isPresented)
    {
        await using var server = await AuthorityAsync($",\"token_endpoint_auth_methods_supported\":{methods}", wantsCertificate: true);

        await Workbench.AcquireAsync(Source(server, null));

        Assert.Equal(isPresented, server.Requests[^1].Certificate is not null);
        Assert.Equal(!isPresented, server.Requests[^1].Form.ContainsKey("client_assertion"));
    }

    [Fact]
    public async Task Without_TLS_nothing_is_sent()
    {
        await using var server = await OddServer.RespondingAsync(ApiResponse());
        var source = Source(new OAuthClientOptions { TokenEndpoint = server.At("/token"), ClientId = "ops", Key = new SuppliedCertificate(_client), AuthenticationMethod = Methods.TlsClientAuth });

        Assert.Equal("InsecureEndpoint", (await Workbench.FailAsync(source)).ErrorId);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_key_without_certificate_cannot_be_presented()
    {
        await using var server = await AuthorityAsync("", wantsCertificate: true);
        var source = Source(new OAuthClientOptions { Authority = server.Address, ClientId = "ops", Key = new KeyInHand(new ClientKey(_key)), AuthenticationMethod = Methods.TlsClientAuth });

        Assert.Equal("InvalidClientAuthentication", (await Workbench.FailAsync(source)).ErrorId);
    }

    public void Dispose()
    {
        _bench.Dispose();
        _client.Dispose();
        _server.Dispose();
        _key.Dispose();
    }

    private string ApiResponse() => $$"""{"access_token":"{{_token}}","token_type":"Bearer","expires_in":3600}""";

    private Task<OddServer> AuthorityAsync(string metadata, bool wantsCertificate = false) => OddServer.StartAsync(context => OddServer.JsonAsync(context, context.Request.Path == "/token"
        ? ApiResponse()
        : $$"""{"issuer":"https://{{context.Request.Host}}","token_endpoint":"https://{{context.Request.Host}}/token"{{metadata}}}"""), _server, wantsCertificate);

    private ClientCredentialsSource Source(OddServer server, string? method) =>
        Source(new OAuthClientOptions { Authority = server.Address, ClientId = "ops", Key = new SuppliedCertificate(_client), AuthenticationMethod = method });

    private ClientCredentialsSource Source(OAuthClientOptions options) => new(_bench.Backchannel, _bench.Discovery, options, new GrantScope());
}
