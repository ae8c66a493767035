using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BearerTools.Grants.Keys;

/// <summary>A private key that signs for a client, RSA or EC on P-256, with its certificate where it came with one. It lives in memory and is never written anywhere.</summary>
internal sealed class ClientKey
{
    /// <summary>RFC 7518 sections 3.3 and 3.5: "A key of size 2048 bits or larger MUST be used".</summary>
    public const int ShortestRsaKey = 2048;

    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly RSA? _rsa;
    private readonly ECDsa? _ec;

    /// <exception cref="BearerTokenException">It is shorter than <see cref="ShortestRsaKey"/>.</exception>
    public ClientKey(RSA rsa)
    {
        if (rsa.KeySize < ShortestRsaKey)
            throw KeyErrors.WrongKind($"an RSA key of {rsa.KeySize} bits", $"Make a new key of {ShortestRsaKey} bits or more, which RFC 7518 requires, and register it with the authority.");
        _rsa = rsa;
        Thumbprint = JsonWebKey.Thumbprint(rsa.ExportParameters(false));
    }

    /// <exception cref="BearerTokenException">It is on another curve than P-256.</exception>
    public ClientKey(ECDsa ec)
    {
        var parameters = ec.ExportParameters(false);
        if (ec.KeySize != 256)
            throw KeyErrors.WrongKind($"an EC key of {ec.KeySize} bits", $"Signatures here are {SigningAlgorithm.ES256}, which needs a key on the curve P-256, or those of an RSA key.");
        if (!IsP256(parameters.Curve))
            throw KeyErrors.WrongKind("an EC key on another curve than P-256", $"Signatures here are {SigningAlgorithm.ES256}, which needs a key on the curve P-256, or those of an RSA key.");
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

    /// <summary>Names the key and tells nothing of its private part (RFC 7638).</summary>
    public string Thumbprint { get; }

    /// <summary>What the key itself says it is called: the <c>kid</c> of a JWK.</summary>
    public string? KeyId { get; init; }

    /// <summary>The only algorithm that the key itself says it is for: the <c>alg</c> of a JWK.</summary>
    public string? Algorithm { get; init; }

    /// <summary>The certificate of this key, which holds the key too.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Certificates that lead from it to its root, as far as they came along.</summary>
    public X509Certificate2Collection Chain { get; init; } = [];

    /// <summary>The key of a certificate.</summary>
    /// <exception cref="BearerTokenException">It has none that can be used.</exception>
    public static ClientKey Of(X509Certificate2 certificate, X509Certificate2Collection? chain = null)
    {
        if (!certificate.HasPrivateKey) throw KeyErrors.NoPrivateKey(certificate);
        if (certificate.GetRSAPrivateKey() is { } rsa) return new ClientKey(rsa) { Certificate = certificate, Chain = chain ?? [] };
        if (certificate.GetECDsaPrivateKey() is { } ec) return new ClientKey(ec) { Certificate = certificate, Chain = chain ?? [] };
        throw KeyErrors.WrongKind("a key that is neither RSA nor EC", "Give a certificate with an RSA key, or one on the curve P-256.");
    }

    /// <summary>The same key with its certificate, out of some in any order.</summary>
    /// <exception cref="BearerTokenException">None of them is this key's.</exception>
    public ClientKey With(X509Certificate2Collection certificates)
    {
        var own = certificates.FirstOrDefault(IsOf) ?? throw KeyErrors.WrongKind("a certificate of another key", "Give the certificate and the private key that belong together.");
        certificates.Remove(own);
        using var joined = _rsa is not null ? own.CopyWithPrivateKey(_rsa) : own.CopyWithPrivateKey(_ec!);

        // Windows speaks TLS only with a key that went through a store or a file.
        var usable = OperatingSystem.IsWindows() ? new X509Certificate2(joined.Export(X509ContentType.Pfx)) : new X509Certificate2(joined);
        return new ClientKey(this) { KeyId = KeyId, Algorithm = Algorithm, Certificate = usable, Chain = certificates };
    }

    /// <summary>Whether it can make signatures of an algorithm of <see cref="SigningAlgorithm"/>.</summary>
    public bool Makes(string algorithm) => IsRsa == (algorithm is SigningAlgorithm.RS256 or SigningAlgorithm.PS256);

    public byte[] Sign(string algorithm, byte[] content)
    {
        // Neither kind of key promises to be safe from several threads.
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
    private static bool IsP256(ECCurve curve) => curve.IsNamed && (curve.Oid.Value == P256 || curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256");

    private bool IsOf(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is not null) return JsonWebKey.Thumbprint(rsa.ExportParameters(false)) == Thumbprint;
        using var ec = certificate.GetECDsaPublicKey();
        return ec is not null && JsonWebKey.Thumbprint(ec.ExportParameters(false)) == Thumbprint;
    }
}
