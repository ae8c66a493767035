using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Http.Connecting;
using BearerTools.Tokens;

namespace BearerTools.Tests.Http.Connecting;

public sealed class ServerCertificateTests
{
    private static readonly DateTimeOffset s_now = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);

    [Theory]
    [InlineData(-30, -1, "CertificateExpired", "its certificate expired at 2031-02-02")]
    [InlineData(1, 30, "CertificateNotYetValid", "its certificate is not valid before 2031-02-04")]
    [InlineData(-30, 30, "CertificateNotTrusted", "its certificate is not trusted: it is self-signed.")]
    public void It_is_said_what_is_wrong_with_it(int from, int until, string errorId, string reason)
    {
        var fault = FaultOf("api.contoso.com", from, until);

        Assert.Equal(errorId, fault.ErrorId);
        Assert.StartsWith(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_reasons_are_named_and_the_first_one_is_the_id()
    {
        var fault = FaultOf("other.contoso.com", -30, -1);

        Assert.Equal("CertificateExpired", fault.ErrorId);
        Assert.Contains("Also, its certificate is for api.contoso.com, not for other.contoso.com.", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Also, its certificate is not trusted", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_runtime_accepts_is_accepted() =>
        Assert.True(ServerCertificate.Check(new object(), null, null, SslPolicyErrors.None, TimeProvider.System));

    [Fact]
    public void What_the_runtime_rejects_is_rejected() => Assert.Throws<CertificateException>(() => ServerCertificate.Check(
        new object(), null, null, SslPolicyErrors.RemoteCertificateNotAvailable, TimeProvider.System));

    private static CertificateException FaultOf(string host, int from, int until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=api.contoso.com", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("api.contoso.com");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(s_now.AddDays(from), s_now.AddDays(until));
        using var chain = new X509Chain();
        chain.ChainPolicy.VerificationTime = s_now.UtcDateTime;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.Build(certificate);
        var errors = SslPolicyErrors.RemoteCertificateChainErrors;
        if (!certificate.MatchesHostname(host)) errors |= SslPolicyErrors.RemoteCertificateNameMismatch;
        return ServerCertificate.FaultOf(host, certificate, chain, errors, s_now);
    }
}
