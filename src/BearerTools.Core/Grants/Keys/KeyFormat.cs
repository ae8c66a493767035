using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using BearerTools.Security;

namespace BearerTools.Grants.Keys;

/// <summary>
/// Detects a key's format by its beginning: PEM, JWK, PFX or bare DER; an environment variable may contain the last two in
/// base64.
/// </summary>
internal static class KeyFormat
{
    private const byte DerSequence = 0x30;

    /// <param name="content">The content.</param>
    /// <param name="password">The password, if the key is encrypted.</param>
    /// <param name="keyId">The id of the key in a JWK set.</param>
    /// <exception cref="BearerTokenException">The content is not a private key, is of an unsupported kind, or cannot be
    /// decrypted.</exception>
    public static ClientKey Read(byte[] content, Secret? password, string? keyId)
    {
        if (content.Length == 0) throw KeyErrors.Unreadable("it is empty");
        if (content[0] == DerSequence && !IsText(content)) return ReadDer(content, password);
        var text = Encoding.UTF8.GetString(content).TrimStart('\uFEFF').Trim();
        if (text.StartsWith('{')) return JsonWebKey.Read(text, keyId);
        if (text.Contains("-----BEGIN ", StringComparison.Ordinal)) return PemKey.Read(text, password);
        var bytes = new byte[text.Length];
        if (Convert.TryFromBase64String(text, bytes, out var length) && length > 0 && bytes[0] == DerSequence)
            return ReadDer(bytes[..length], password);
        throw KeyErrors.Unreadable(text.StartsWith("PuTTY", StringComparison.Ordinal)
            ? "it is a PuTTY key; export it from PuTTYgen"
            : "it is not PEM, a JWK or a PFX");
    }

    /// <summary>
    /// True if the content is text. A text may begin with the digit 0, which is the same byte as a DER sequence.
    /// </summary>
    private static bool IsText(byte[] content) => content.All(b => b is >= 0x20 and < 0x7f or (byte)'\r' or (byte)'\n' or (byte)'\t');

    private static ClientKey ReadDer(byte[] content, Secret? password) => KindOf(content) switch
    {
        X509ContentType.Pkcs12 => ReadPfx(content, password),
        X509ContentType.Cert =>
            throw KeyErrors.WrongKind("a certificate without its private key", "Pass the private key, or a PFX that contains both."),
        _ => PemKey.ReadPkcs8(content, password),
    };

    private static X509ContentType KindOf(byte[] content)
    {
        try
        {
            return X509Certificate2.GetCertContentType(content);
        }
        catch (CryptographicException)
        {
            return X509ContentType.Unknown;
        }
    }

    private static ClientKey ReadPfx(byte[] content, Secret? password)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.Import(content, password?.Reveal(), X509KeyStorageFlags.DefaultKeySet);
        }
        catch (CryptographicException) when (password is null)
        {
            throw KeyErrors.PasswordMissing();
        }
        catch (CryptographicException)
        {
            throw KeyErrors.PasswordWrong();
        }

        var own = certificates.FirstOrDefault(certificate => certificate.HasPrivateKey)
            ?? throw KeyErrors.WrongKind("a PFX without a private key", "Export it again, with the private key.");
        certificates.Remove(own);
        return ClientKey.Of(own, certificates);
    }
}
