using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BearerTools.Tests.Support;

/// <summary>A certificate for this machine that is not trusted, made for one test.</summary>
internal static class TestCertificate
{
    public static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256); // RSA keys take a while to make
        var request = new CertificateRequest("CN=BearerTools test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        // Windows serves TLS only with a key that went through a store or a file.
        return new X509Certificate2(made.Export(X509ContentType.Pfx));
    }
}
