using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Security;

namespace BearerTools.Grants.Keys;

/// <summary>
/// Reads private keys in PEM format (RFC 7468: PKCS#8, encrypted or not; PKCS#1; SEC1), with certificates if the file has
/// them.
/// </summary>
internal static class PemKey
{
    private const string Certificate = "CERTIFICATE";

    public static ClientKey Read(string text, Secret? password)
    {
        var certificates = new X509Certificate2Collection();
        ClientKey? key = null;
        var other = string.Empty;
        foreach (var (label, content) in Sections(text))
        {
            if (label == Certificate) certificates.Add(ReadCertificate(content));
            else if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal) && key is null) key = Read(label, content, password);
            else if (label != "EC PARAMETERS") other = label;
        }

        if (key is null) throw WithoutKey(text, certificates.Count > 0 ? Certificate : other);
        return certificates.Count == 0 ? key : key.With(certificates);
    }

    /// <summary>Reads DER-encoded PKCS#8, PKCS#1 or SEC1.</summary>
    public static ClientKey ReadPkcs8(byte[] content, Secret? password)
    {
        if (Try(() => Rsa(rsa => rsa.ImportPkcs8PrivateKey(content, out _))) is { } plainRsa) return plainRsa;
        if (Try(() => Ec(ec => ec.ImportPkcs8PrivateKey(content, out _))) is { } plainEc) return plainEc;
        if (Try(() => Rsa(rsa => rsa.ImportRSAPrivateKey(content, out _))) is { } oldRsa) return oldRsa;
        if (Try(() => Ec(ec => ec.ImportECPrivateKey(content, out _))) is { } oldEc) return oldEc;
        if (password is not null) return ReadEncrypted(content, password);
        throw KeyErrors.Unreadable("it is not an unencrypted RSA or EC private key");
    }

    private static ClientKey Read(string label, byte[] content, Secret? password) => label switch
    {
        "PRIVATE KEY" =>
            Try(() => Rsa(rsa => rsa.ImportPkcs8PrivateKey(content, out _)))
                ?? Try(() => Ec(ec => ec.ImportPkcs8PrivateKey(content, out _)))
            ?? throw KeyErrors.WrongKind("a private key that is neither RSA nor EC (Ed25519, perhaps)",
                "Create an RSA key, or an EC key on the curve P-256."),
        "ENCRYPTED PRIVATE KEY" => ReadEncrypted(content, password ?? throw KeyErrors.PasswordMissing()),
        "RSA PRIVATE KEY" =>
            Try(() => Rsa(rsa => rsa.ImportRSAPrivateKey(content, out _))) ?? throw KeyErrors.Unreadable("its RSA part is damaged"),
        "EC PRIVATE KEY" =>
            Try(() => Ec(ec => ec.ImportECPrivateKey(content, out _))) ?? throw KeyErrors.Unreadable("its EC part is damaged"),
        "OPENSSH PRIVATE KEY" => throw KeyErrors.WrongKind("a key in OpenSSH format", "Convert a copy: ssh-keygen -p -m PKCS8 -f COPY"),
        _ => throw KeyErrors.WrongKind(
            $"a '{ServerText.Clean(label, 60)}'", "Convert it to PKCS#8: openssl pkcs8 -topk8 -in FILE -out NEW"),
    };

    private static X509Certificate2 ReadCertificate(byte[] content)
    {
        try
        {
            return new X509Certificate2(content);
        }
        catch (CryptographicException)
        {
            throw KeyErrors.Unreadable("its certificate is damaged");
        }
    }

    private static ClientKey ReadEncrypted(byte[] content, Secret password) =>
        Try(() => Rsa(rsa => rsa.ImportEncryptedPkcs8PrivateKey(password.Reveal(), content, out _)))
        ?? Try(() => Ec(ec => ec.ImportEncryptedPkcs8PrivateKey(password.Reveal(), content, out _)))
        ?? throw KeyErrors.PasswordWrong();

    private static BearerTokenException WithoutKey(string text, string found)
    {
        if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
            return KeyErrors.WrongKind("a key in OpenSSL's legacy encrypted format", "Convert it: openssl pkcs8 -topk8 -in FILE -out NEW");
        return found switch
        {
            Certificate =>
                KeyErrors.WrongKind("a certificate without its private key", "Pass the private key, or a file that contains both."),
            "" => KeyErrors.Unreadable("its PEM text is damaged"),
            _ when found.EndsWith("PUBLIC KEY", StringComparison.Ordinal) =>
                KeyErrors.WrongKind("a public key", "Pass the private key; the authority needs the public one."),
            _ => KeyErrors.WrongKind($"a '{ServerText.Clean(found, 60)}'", "Pass the private key."),
        };
    }

    private static IEnumerable<(string Label, byte[] Content)> Sections(string text)
    {
        var start = 0;
        while (PemEncoding.TryFind(text.AsSpan(start), out var found))
        {
            var section = text[(start + found.Location.Start.Value)..(start + found.Location.End.Value)];
            yield return (text[(start + found.Label.Start.Value)..(start + found.Label.End.Value)], Decode(section));
            start += found.Location.End.Value;
        }
    }

    private static byte[] Decode(string section)
    {
        var found = PemEncoding.Find(section);
        return Convert.FromBase64String(section[found.Base64Data]);
    }

    private static ClientKey Rsa(Action<RSA> import)
    {
        var rsa = RSA.Create();
        import(rsa);
        return new ClientKey(rsa);
    }

    private static ClientKey Ec(Action<ECDsa> import)
    {
        var ec = ECDsa.Create();
        import(ec);
        return new ClientKey(ec);
    }

    private static ClientKey? Try(Func<ClientKey> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            return null;
        }
    }
}
