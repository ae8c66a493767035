using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Security;

namespace BearerTools.Http.Connecting;

/// <summary>The client certificates to present, each with its private key. Compared by thumbprint.</summary>
internal sealed class ClientCertificates : IEquatable<ClientCertificates>
{
    private readonly X509Certificate2[] _certificates;
    private readonly X509Certificate2Collection? _chain;
    private readonly string _thumbprints;

    private ClientCertificates(X509Certificate2[] certificates, X509Certificate2Collection? chain = null)
    {
        _certificates = certificates;
        _chain = chain;
        _thumbprints = string.Join(' ', certificates.Select(certificate => certificate.Thumbprint));
    }

    public static ClientCertificates None { get; } = new([]);

    public bool IsEmpty => _certificates.Length == 0;

    /// <summary>One certificate or none.</summary>
    /// <param name="certificate">The certificate to present.</param>
    /// <param name="chain">The intermediate certificates up to its root.</param>
    public static ClientCertificates Of(X509Certificate2? certificate, X509Certificate2Collection? chain = null) =>
        certificate is null ? None : new([certificate], chain);

    /// <exception cref="BearerRequestException">One of them is empty, or has no private key.</exception>
    public static ClientCertificates Of(IEnumerable<X509Certificate> certificates)
    {
        var usable = certificates.Select(Loaded).ToArray();
        var bare = Array.Find(usable, certificate => !certificate.HasPrivateKey);
        return bare is null ? new(usable) : throw Refuse($"The certificate {bare.Thumbprint} has no private key.",
            "Use a certificate with its private key, such as one loaded from a PFX file with Get-PfxCertificate.");
    }

    /// <summary>The certificate with the thumbprint, from the store of this account or, failing that, of this machine.</summary>
    /// <exception cref="BearerRequestException">Neither store contains it.</exception>
    public static X509Certificate2 FromStore(string thumbprint) =>
        CertificateStore.Find(thumbprint) ?? throw Refuse(CertificateStore.NotFound(thumbprint), CertificateStore.NotFoundNextStep);

    public void PresentBy(SslClientAuthenticationOptions tls)
    {
        if (_certificates.Length > 1)
        {
            // The runtime chooses one by the issuers that the server names.
            tls.ClientCertificates = [.. _certificates.Select(Copy)];
        }
        else if (_certificates.Length == 1)
        {
            // Presented whatever issuers the server names, because the user chose it. Offline: missing intermediates are not downloaded.
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(Copy(_certificates[0]), _chain, offline: true);
        }
    }

    public bool Equals(ClientCertificates? other) => other?._thumbprints == _thumbprints;

    public override bool Equals(object? obj) => Equals(obj as ClientCertificates);

    public override int GetHashCode() => _thumbprints.GetHashCode(StringComparison.Ordinal);

    /// <summary>A pool outlives the call, and the call's owner may dispose the original.</summary>
    private static X509Certificate2 Copy(X509Certificate2 certificate) => new(certificate);

    private static X509Certificate2 Loaded(X509Certificate certificate) => CertificateStore.IsLoaded(certificate)
        ? certificate as X509Certificate2 ?? new X509Certificate2(certificate)
        : throw Refuse("The certificate is empty or was disposed.", "Load it again, such as from a PFX file with Get-PfxCertificate.");

    private static BearerRequestException Refuse(string message, string nextStep) => new(message)
    {
        ErrorId = "CertificateRefused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
