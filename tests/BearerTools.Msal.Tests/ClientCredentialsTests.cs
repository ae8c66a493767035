using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using BearerTools.Entra;
using BearerTools.Entra.Assertions;
using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Security;
using BearerTools.Tests.Msal.Support;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Msal;

public sealed class ClientCredentialsTests
{
    [Fact]
    public async Task A_client_gets_a_token_by_its_secret()
    {
        await using var bench = await Bench.StartAsync();
        var secret = Bench.NewSecret();

        var token = (await bench.AcquireAsync(bench.Sources.ClientCredentials(bench.Client(Bench.Secret(secret))))).Token;

        var asked = Assert.Single(bench.Server.Asked);
        Assert.Equal("login.microsoftonline.com", asked.Host);
        Assert.Equal($"/{EntraServer.Tenant}/oauth2/v2.0/token", asked.Path);
        Assert.Equal("client_credentials", asked.Form["grant_type"]);
        Assert.Equal(secret, asked.Form["client_secret"]);
        Assert.Equal("https://graph.microsoft.com/.default", asked.Form["scope"]);
        Assert.Equal(("ClientCredentials", bench.ClientId, "Bearer"), (token.Flow, token.ClientId, token.TokenType));
        Assert.Equal($"https://login.microsoftonline.com/{EntraServer.Tenant}", token.Authority);
        Assert.InRange((token.ExpiresOn - token.IssuedOn)!.Value.TotalMinutes, 59, 60.1);
    }

    [Fact]
    public async Task Asking_again_gives_another_token_though_MSAL_has_one()
    {
        await using var bench = await Bench.StartAsync();
        var source = bench.Sources.ClientCredentials(bench.Client(Bench.Secret()));

        var first = await bench.AcquireAsync(source);
        var second = await bench.AcquireAsync(source, first);

        Assert.NotEqual(first.Token.Fingerprint, second.Token.Fingerprint);
    }

    [Fact]
    public async Task A_rotated_secret_is_read_anew_and_makes_another_key()
    {
        await using var bench = await Bench.StartAsync();
        var (place, later) = (Path.GetTempFileName(), Bench.NewSecret());
        await File.WriteAllTextAsync(place, Bench.NewSecret() + "\n");
        SecretProof Proof() => new(SecretReference.Parse($"file:{place}"));
        var source = bench.Sources.ClientCredentials(bench.Client(Proof()));

        await File.WriteAllTextAsync(place, later + "\n");
        await bench.AcquireAsync(source);

        Assert.Equal(later, bench.Server.Asked[0].Form["client_secret"]);
        Assert.NotEqual(source.Key, bench.Sources.ClientCredentials(bench.Client(Proof())).Key);
        File.Delete(place);
    }

    [Fact]
    public async Task A_certificate_signs_an_assertion_that_is_known_by_its_thumbprint()
    {
        await using var bench = await Bench.StartAsync();
        using var key = RSA.Create(2048);
        using var certificate = NewCertificate(key);

        await bench.AcquireAsync(bench.Sources.ClientCredentials(bench.Client(new CertificateProof(new SuppliedCertificate(certificate)))));

        var form = Assert.Single(bench.Server.Asked).Form;
        Assert.Equal("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", form["client_assertion_type"]);
        var parts = form["client_assertion"].Split('.');
        using var header = JsonDocument.Parse(Base64Url.Decode(parts[0]));
        Assert.Equal(SHA256.HashData(certificate.RawData), Base64Url.Decode(header.RootElement.GetProperty("x5t#S256").GetString()!));
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.Decode(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        Assert.Contains($"\"aud\":\"https://login.microsoftonline.com/{EntraServer.Tenant}/oauth2/v2.0/token\"", Encoding.UTF8.GetString(Base64Url.Decode(parts[1])), StringComparison.Ordinal);
    }

    [Fact]
    public void An_EC_key_and_a_key_without_certificate_are_refused_at_once()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=ops", ec, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var rsa = RSA.Create(2048);
        var place = Path.GetTempFileName();
        File.WriteAllText(place, rsa.ExportPkcs8PrivateKeyPem());

        Assert.Equal("WrongKindOfKey", Assert.Throws<BearerTokenException>(() => new CertificateProof(new SuppliedCertificate(certificate))).ErrorId);
        Assert.Contains("-ClientCertificate", Assert.Throws<BearerTokenException>(() => new CertificateProof(new ReferencedKey($"file:{place}"))).NextStep, StringComparison.Ordinal);
        File.Delete(place);
    }

    [Fact]
    public async Task An_assertion_in_a_file_is_read_each_time()
    {
        await using var bench = await Bench.StartAsync();
        var place = Path.GetTempFileName();
        await File.WriteAllTextAsync(place, "first.assertion.x");
        var source = bench.Sources.ClientCredentials(bench.Client(new ReferencedAssertion(SecretReference.Parse($"file:{place}"))));

        var first = await bench.AcquireAsync(source);
        await File.WriteAllTextAsync(place, "second.assertion.x");
        await bench.AcquireAsync(source, first);

        Assert.True(source.CanRenew);
        Assert.Equal(["first.assertion.x", "second.assertion.x"], bench.Server.Asked.Select(asked => asked.Form["client_assertion"]));
        File.Delete(place);
    }

    [Fact]
    public async Task A_script_gives_the_assertion_for_a_command_and_never_in_the_background()
    {
        await using var bench = await Bench.StartAsync();
        var source = bench.Sources.ClientCredentials(bench.Client(new ScriptAssertion("{ Get-Assertion }", () => "scripted.assertion.x")));

        var error = await bench.RefusedAsync(source);
        await bench.AcquireAsync(source, prompt: new TestUserPrompt { UnavailableReason = "the session has no terminal" });

        Assert.False(source.CanRenew);
        Assert.Equal("ScriptNotRunHere", error.ErrorId);
        Assert.Equal("scripted.assertion.x", Assert.Single(bench.Server.Asked).Form["client_assertion"]);
    }

    [Theory]
    [InlineData(EntraAuthority.AzureChinaCloud, "login.partner.microsoftonline.cn login.chinacloudapi.cn")]
    [InlineData(EntraAuthority.AzureUSGovernment, "login.microsoftonline.us")]
    public async Task National_clouds_have_sign_in_services_of_their_own(string cloud, string hosts)
    {
        await using var bench = await Bench.StartAsync();

        await bench.AcquireAsync(bench.Sources.ClientCredentials(bench.Client(Bench.Secret()) with { Authority = EntraAuthority.Of(EntraServer.Tenant, cloud) }));

        Assert.Contains(Assert.Single(bench.Server.Asked).Host, hosts.Split(' '));
    }

    [Fact]
    public async Task Invalid_settings_are_refused_before_anything_is_sent()
    {
        await using var bench = await Bench.StartAsync();
        BearerTokenException Refused(EntraClient client) => Assert.Throws<BearerTokenException>(() => bench.Sources.ClientCredentials(client));

        Assert.Equal("InvalidTenant", Refused(bench.Client(Bench.Secret(), tenant: "organizations")).ErrorId);
        Assert.Equal("ClientProofMissing", Refused(bench.Client()).ErrorId);
        Assert.Equal("InvalidScope", Refused(bench.Client(Bench.Secret()) with { Scopes = ["https://graph.microsoft.com/User.Read"] }).ErrorId);
        Assert.Empty(bench.Server.Asked);
    }

    [Fact]
    public async Task What_makes_another_token_makes_another_key()
    {
        await using var bench = await Bench.StartAsync();
        var client = bench.Client(Bench.Secret());
        using var key = RSA.Create(2048);
        using var certificate = NewCertificate(key);
        using var renewed = NewCertificate(key);
        EntraClient[] others =
        [
            client with { ClientId = "another" },
            client with { Authority = EntraAuthority.Of("another") },
            client with { Authority = EntraAuthority.Of(EntraServer.Tenant, EntraAuthority.AzureUSGovernment) },
            client with { Scopes = ["api://another/.default"] },
            client with { Proof = Bench.Secret() },
            client with { Proof = new ScriptAssertion("{ }", () => null) },
            client with { Proof = new CertificateProof(new SuppliedCertificate(certificate)) },
            client with { Proof = new CertificateProof(new SuppliedCertificate(renewed)) },
        ];

        var keys = others.Prepend(client).Append(client with { }).Select(each => bench.Sources.ClientCredentials(each).Key).Distinct();

        Assert.Equal(others.Length + 1, keys.Count());
    }

    private static X509Certificate2 NewCertificate(RSA key) =>
        new CertificateRequest("CN=ops", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
}
