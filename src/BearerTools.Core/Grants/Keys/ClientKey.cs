using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BearerTools.Grants.Keys;

/// <summary>
/// A client's private key, RSA or EC P-256, with its certificate if there is one. The key stays in memory and is never
/// written to disk.
/// </summary>
internal sealed class ClientKey
{
    /// <summary>RFC 7518 sections 3.3 and 3.5: "A key of size 2048 bits or larger MUST be used".</summary>
    public const int ShortestRsaKey = 2048;

    private const string P256 = "1.2.840.10045.3.1.7";
    private const string UseP256 = $"Use an EC key on the curve P-256 (for {SigningAlgorithm.ES256}), or an RSA key.";

    private readonly RSA? _rsa;
    private readonly ECDsa? _ec;

    /// <exception cref="BearerTokenException">The key is shorter than <see cref="ShortestRsaKey"/>.</exception>
    public ClientKey(RSA rsa)
    {
        if (rsa.KeySize < ShortestRsaKey)
        {
            throw KeyErrors.WrongKind($"an RSA key of {rsa.KeySize} bits",
                $"Use a key of {ShortestRsaKey} bits or more, which RFC 7518 requires, and register it with the authority.");
        }

        _rsa = rsa;
        Thumbprint = JsonWebKey.Thumbprint(rsa.ExportParameters(false));
    }

    /// <exception cref="BearerTokenException">The key is not on the curve P-256.</exception>
    public ClientKey(ECDsa ec)
    {
        var parameters = ec.ExportParameters(false);
        if (ec.KeySize != 256)
            throw KeyErrors.WrongKind($"an EC key of {ec.KeySize} bits", UseP256);
        if (!IsP256(parameters.Curve))
            throw KeyErrors.WrongKind("an EC key on another curve than P-256", UseP256);
        _ec = ec;
        Thumbprint = JsonWebKey.Thumbprint(parameters);
    }

    private ClientKey(ClientKey other)
    {
        _rsa = other._rsa;
        _ec = other._ec;
        Thumbprint = other.Thumbprint;
    }

    public bool IsRsa => _rsa is not null;

    /// <summary>The key's thumbprint, which identifies it without revealing the private part (RFC 7638).</summary>
    public string Thumbprint { get; }

    /// <summary>The key's own id, from the <c>kid</c> of a JWK; otherwise <see langword="null"/>.</summary>
    public string? KeyId { get; init; }

    /// <summary>
    /// The only algorithm that the key may be used with, from the <c>alg</c> of a JWK; otherwise <see langword="null"/>.
    /// </summary>
    public string? Algorithm { get; init; }

    /// <summary>The key's certificate, including the private key; otherwise <see langword="null"/>.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Certificates between the certificate and its root, if they were supplied.</summary>
    public X509Certificate2Collection Chain { get; init; } = [];

    /// <summary>Returns the key of a certificate.</summary>
    /// <exception cref="BearerTokenException">The certificate has no usable private key.</exception>
    public static ClientKey Of(X509Certificate2 certificate, X509Certificate2Collection? chain = null)
    {
        if (!certificate.HasPrivateKey) throw KeyErrors.NoPrivateKey(certificate);
        if (certificate.GetRSAPrivateKey() is { } rsa) return new ClientKey(rsa) { Certificate = certificate, Chain = chain ?? [] };
        if (certificate.GetECDsaPrivateKey() is { } ec) return new ClientKey(ec) { Certificate = certificate, Chain = chain ?? [] };
        throw KeyErrors.WrongKind("a key that is neither RSA nor EC", "Use a certificate with an RSA key or an EC P-256 key.");
    }

    /// <summary>Returns the same key with its certificate, taken from certificates in any order.</summary>
    /// <exception cref="BearerTokenException">No certificate matches this key.</exception>
    public ClientKey With(X509Certificate2Collection certificates)
    {
        var own = certificates.FirstOrDefault(IsOf)
            ?? throw KeyErrors.WrongKind("a certificate of another key", "Use a certificate and a private key that belong together.");
        certificates.Remove(own);
        using var joined = _rsa is not null ? own.CopyWithPrivateKey(_rsa) : own.CopyWithPrivateKey(_ec!);

        // On Windows, TLS needs a key that was imported from a store or a file.
        var usable = OperatingSystem.IsWindows() ? new X509Certificate2(joined.Export(X509ContentType.Pfx)) : new X509Certificate2(joined);
        return new ClientKey(this) { KeyId = KeyId, Algorithm = Algorithm, Certificate = usable, Chain = certificates };
    }

    /// <summary>Returns true if the key can sign with an algorithm of <see cref="SigningAlgorithm"/>.</summary>
    public bool Makes(string algorithm) => IsRsa == (algorithm is SigningAlgorithm.RS256 or SigningAlgorithm.PS256);

    public byte[] Sign(string algorithm, byte[] content)
    {
        // RSA and ECDsa instances are not guaranteed to be thread-safe.
        lock ((object?)_rsa ?? _ec!)
        {
            return algorithm switch
            {
                SigningAlgorithm.RS256 => _rsa!.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                SigningAlgorithm.PS256 => _rsa!.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                _ => _ec!.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            };
        }
    }

    /// <summary>Other curves have 256 bits too, such as secp256k1. Windows names curves without their number.</summary>
    private static bool IsP256(ECCurve curve) =>
        curve.IsNamed && (curve.Oid.Value == P256 || curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256");

    private bool IsOf(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is not null) return JsonWebKey.Thumbprint(rsa.ExportParameters(false)) == Thumbprint;
        using var ec = certificate.GetECDsaPublicKey();
        return ec is not null && JsonWebKey.Thumbprint(ec.ExportParameters(false)) == Thumbprint;
    }
}
