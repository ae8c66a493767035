using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using BearerTools.Grants.Keys;
using BearerTools.Http.Connecting;
using BearerTools.Security;

namespace BearerTools.Tests.Grants.Keys;

public sealed class KeyFormatTests : IDisposable
{
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _password = Workbench.NewSecret();

    [Theory]
    [InlineData("PKCS#8")]
    [InlineData("PKCS#8, encrypted")]
    [InlineData("PKCS#8, bare")]
    [InlineData("PKCS#8, bare and encrypted")]
    [InlineData("PKCS#1")]
    [InlineData("JWK")]
    [InlineData("JWK set")]
    [InlineData("PFX")]
    [InlineData("PFX, encrypted")]
    [InlineData("PFX in base64")]
    [InlineData("certificate and key")]
    public void An_RSA_key_is_read_in_any_form_and_signs(string form)
    {
        var key = KeyFormat.Read(KeyFactory.Write(form, _rsa, _password), NeedsPassword(form) ? new Secret(_password) : null, null);

        Assert.True(KeyFactory.Verifies(_rsa, "RS256", [1, 2, 3], key.Sign("RS256", [1, 2, 3])));
        Assert.True(KeyFactory.Verifies(_rsa, "PS256", [1, 2, 3], key.Sign("PS256", [1, 2, 3])));
        Assert.Equal(HasCertificate(form), key.Certificate is { HasPrivateKey: true });
    }

    [Theory]
    [InlineData("PKCS#8")]
    [InlineData("PKCS#8, encrypted")]
    [InlineData("PKCS#8, bare")]
    [InlineData("PKCS#8, bare and encrypted")]
    [InlineData("SEC1")]
    [InlineData("JWK")]
    [InlineData("JWK set")]
    [InlineData("PFX")]
    [InlineData("PFX, encrypted")]
    [InlineData("PFX in base64")]
    [InlineData("certificate and key")]
    public void An_EC_key_is_read_in_any_form_and_signs(string form)
    {
        var key = KeyFormat.Read(KeyFactory.Write(form, _ec, _password), NeedsPassword(form) ? new Secret(_password) : null, null);

        Assert.True(KeyFactory.Verifies(_ec, "ES256", [1, 2, 3], key.Sign("ES256", [1, 2, 3])));
        Assert.Equal(HasCertificate(form), key.Certificate is { HasPrivateKey: true });
    }

    [Theory]
    [InlineData("PKCS#8, encrypted")]
    [InlineData("PFX, encrypted")]
    public void An_encrypted_key_needs_its_password(string form)
    {
        var content = KeyFactory.Write(form, _rsa, _password);

        Assert.Equal("KeyPasswordMissing", Fails(content).ErrorId);
        var wrong = new Secret(Workbench.NewSecret());
        var error = Fails(content, wrong);
        Assert.Equal("KeyPasswordWrong", error.ErrorId);
        Assert.DoesNotContain(wrong.Reveal(), Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_certificate_beside_a_key_is_named()
    {
        var text = _rsa.ExportPkcs8PrivateKeyPem() + "\n" + PemEncoding.WriteString("CERTIFICATE", [0x30, 0x03, 0x02, 0x01, 0x00]);

        var error = Assert.Throws<BearerTokenException>(() => KeyFormat.Read(KeyFactory.Text(text), null, null));

        Assert.Equal("KeyUnreadable", error.ErrorId);
        Assert.Contains("certificate is damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_was_disposed_is_refused()
    {
        var certificate = KeyFactory.Certificate(_rsa);
        certificate.Dispose();

        Assert.Equal("KeyUnreadable", Assert.Throws<BearerTokenException>(() => new SuppliedCertificate(certificate).Read()).ErrorId);
        Assert.Equal("CertificateRefused", Assert.Throws<BearerRequestException>(() => ClientCertificates.Of([certificate])).ErrorId);
    }

    [Fact]
    public void Content_that_is_not_a_private_key_is_named_by_its_kind()
    {
        using var certificate = KeyFactory.Certificate(_rsa);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var small = RSA.Create(1024);
        (byte[] Content, string Word)[] wrong =
        [
            (KeyFactory.Text(certificate.ExportCertificatePem()), "certificate without"),
            (certificate.Export(X509ContentType.Cert), "certificate without"),
            (new X509Certificate2(certificate.RawData).Export(X509ContentType.Pfx), "PFX without"),
            (KeyFactory.Text(_rsa.ExportSubjectPublicKeyInfoPem()), "public key"),
            (KeyFactory.Text("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"""), "public key"),
            (KeyFactory.Text("""{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}"""), "public keys"),
            (KeyFactory.Text("""{"kty":"oct","k":"AA"}"""), "'oct'"),
            (KeyFactory.Text("""{"type":"service_account","private_key":"x"}"""), "service account"),
            (KeyFactory.Text(other.ExportPkcs8PrivateKeyPem()), "384 bits"),
            (KeyFactory.Text(small.ExportPkcs8PrivateKeyPem()), "RSA key of 1024 bits"),
            (KeyFactory.Text(KeyFactory.Jwk(small)), "RSA key of 1024 bits"),
            (KeyFactory.Text(PemEncoding.WriteString("OPENSSH PRIVATE KEY", [1, 2, 3])), "OpenSSH"),
            (KeyFactory.Text(PemEncoding.WriteString("DSA PRIVATE KEY", [1, 2, 3])), "'DSA PRIVATE KEY'"),
            (KeyFactory.Text(PemEncoding.WriteString("PRIVATE KEY", [1, 2, 3])), "neither RSA nor EC"),
            (KeyFactory.Text($"-----BEGIN {"RSA"} PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----"), "legacy encrypted format"),
        ];

        foreach (var (content, word) in wrong)
        {
            var error = Fails(content);
            Assert.Equal("WrongKindOfKey", error.ErrorId);
            Assert.Contains(word, error.Message, StringComparison.Ordinal);
            Assert.False(string.IsNullOrEmpty(error.NextStep));
        }
    }

    [Fact]
    public void What_cannot_be_read_at_all_is_not_quoted()
    {
        var noise = Workbench.NewToken();
        byte[][] wrong = [[], KeyFactory.Text(noise), KeyFactory.Text($"-----BEGIN {noise}"), KeyFactory.Text($"{{\"{noise}"), KeyFactory.Text($$"""{"kty":"RSA","n":"!","e":"{{noise}}","d":"AA","p":"AA","q":"AA","dp":"AA","dq":"AA","qi":"AA"}""")];

        foreach (var content in wrong)
        {
            var error = Fails(content);
            Assert.Equal("KeyUnreadable", error.ErrorId);
            Assert.DoesNotContain(noise, Workbench.AllTextOf(error), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("n")]
    [InlineData("e")]
    [InlineData("d")]
    [InlineData("p")]
    public void A_JWK_with_an_empty_number_is_refused_with_its_name(string member)
    {
        var jwk = JsonNode.Parse(KeyFactory.Jwk(_rsa))!;
        jwk[member] = string.Empty;

        var error = Fails(KeyFactory.Text(jwk.ToJsonString()));

        Assert.Equal("KeyUnreadable", error.ErrorId);
        Assert.Contains($"'{member}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_curve_of_256_bits_is_not_taken_for_P_256()
    {
        ECDsa other;
        try
        {
            other = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1"));
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            return; // Not every system has it.
        }

        using (other)
        {
            var error = Fails(KeyFactory.Text(other.ExportPkcs8PrivateKeyPem()));

            Assert.Equal("WrongKindOfKey", error.ErrorId);
            Assert.Contains("another curve than P-256", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_key_of_a_set_is_chosen_by_its_id()
    {
        var set = KeyFactory.Text($$"""{"keys":[{{KeyFactory.Jwk(_rsa, ",\"kid\":\"one\"")}},{{KeyFactory.Jwk(_ec, ",\"kid\":\"two\"")}}]}""");

        Assert.False(KeyFormat.Read(set, null, "two").IsRsa);
        Assert.True(KeyFormat.Read(set, null, "one").IsRsa);
        Assert.Equal("KeyNotFound", Fails(set).ErrorId);
        Assert.Equal("KeyNotFound", Assert.Throws<BearerTokenException>(() => KeyFormat.Read(set, null, "three")).ErrorId);
    }

    [Fact]
    public void A_certificate_of_another_key_is_refused()
    {
        using var other = RSA.Create(2048);
        using var certificate = KeyFactory.Certificate(other);

        var error = Fails(KeyFactory.Text(certificate.ExportCertificatePem() + "\n" + _rsa.ExportPkcs8PrivateKeyPem()));

        Assert.Contains("another key", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_certificate_of_a_key_is_found_among_those_of_its_chain()
    {
        using var other = RSA.Create(2048);
        using var issuer = KeyFactory.Certificate(other);
        using var own = KeyFactory.Certificate(_rsa);

        var key = KeyFormat.Read(KeyFactory.Text($"{issuer.ExportCertificatePem()}\n{_rsa.ExportPkcs8PrivateKeyPem()}\n{own.ExportCertificatePem()}"), null, null);

        Assert.Equal(own.Thumbprint, key.Certificate!.Thumbprint);
        Assert.Equal(issuer.Thumbprint, Assert.Single(key.Chain).Thumbprint);
    }

    [Fact]
    public void A_certificate_without_its_private_key_is_an_error_that_names_it()
    {
        using var certificate = new X509Certificate2(KeyFactory.Certificate(_rsa).RawData);

        var error = Assert.Throws<BearerTokenException>(() => new SuppliedCertificate(certificate).Read());

        Assert.Equal("PrivateKeyMissing", error.ErrorId);
        Assert.Contains(certificate.Thumbprint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_and_a_key_of_its_own_belong_together()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, KeyFactory.Write("PKCS#8, encrypted", _ec, _password));
            using var certificate = new X509Certificate2(KeyFactory.Certificate(_ec).RawData);
            var place = new ReferencedKey("file:" + path, BearerTools.Grants.SecretReference.To(new Secret(_password)));

            var key = new SuppliedCertificate(certificate, place).Read();

            Assert.Equal(certificate.Thumbprint, key.Certificate!.Thumbprint);
            Assert.True(key.Certificate.HasPrivateKey);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_certificate_is_found_in_the_accounts_store()
    {
        using var made = KeyFactory.Certificate(_rsa);
        using var certificate = new X509Certificate2(made.Export(X509ContentType.Pfx), (string?)null, X509KeyStorageFlags.PersistKeySet);
        using var store = new X509Store(StoreName.My, StoreLocation.CurrentUser, OpenFlags.ReadWrite);
        store.Add(certificate);
        try
        {
            var key = new StoreCertificate(certificate.Thumbprint).Read();

            Assert.True(KeyFactory.Verifies(_rsa, "RS256", [1], key.Sign("RS256", [1])));
        }
        finally
        {
            store.Remove(certificate);
        }

        Assert.Equal("KeyNotFound", Assert.Throws<BearerTokenException>(() => new StoreCertificate(certificate.Thumbprint).Read()).ErrorId);
    }

    [Fact]
    public void A_key_that_is_typed_instead_of_its_place_is_refused_and_not_repeated()
    {
        var pem = _ec.ExportPkcs8PrivateKeyPem();
        var jwk = KeyFactory.Jwk(_ec);

        foreach (var (typed, part) in new[] { (pem, pem.Split('\n')[1]), (jwk, jwk[^20..^2]) })
        {
            var error = Assert.Throws<BearerTokenException>(() => new ReferencedKey("file:" + typed));
            Assert.Equal("InvalidKeyReference", error.ErrorId);
            Assert.DoesNotContain(part, Workbench.AllTextOf(error), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_is_not_there_or_holds_no_key_is_named()
    {
        var missing = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        Assert.Contains(missing, Assert.Throws<BearerTokenException>(() => new ReferencedKey("file:" + missing).Read()).Message, StringComparison.Ordinal);
        var path = Path.GetTempFileName();
        try
        {
            Assert.Contains(path, Assert.Throws<BearerTokenException>(() => new ReferencedKey("file:" + path).Read()).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    public void Dispose()
    {
        _rsa.Dispose();
        _ec.Dispose();
    }

    private static bool NeedsPassword(string form) => form.Contains("encrypted", StringComparison.Ordinal) || form == "PFX in base64";

    private static bool HasCertificate(string form) => form.StartsWith("PFX", StringComparison.Ordinal) || form == "certificate and key";

    private static BearerTokenException Fails(byte[] content, Secret? password = null) =>
        Assert.Throws<BearerTokenException>(() => KeyFormat.Read(content, password, null));
}
