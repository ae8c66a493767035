using System.Security.Authentication;

namespace BearerTools.Tokens;

/// <summary>
/// A server's certificate was rejected, with the reason, which the runtime's own exception gives only as names of chain statuses.
/// </summary>
/// <param name="errorId">The error id.</param>
/// <param name="reason">The end of a sentence, such as <c>its certificate expired at 2031-02-03.</c></param>
/// <param name="nextStep">Advice.</param>
internal sealed class CertificateException(string errorId, string reason, string nextStep) : AuthenticationException(reason), IBearerError
{
    public const string NotTrusted = "CertificateNotTrusted";
    public const string Expired = "CertificateExpired";
    public const string NotYetValid = "CertificateNotYetValid";
    public const string WrongName = "CertificateNameMismatch";
    public const string Revoked = "CertificateRevoked";

    public const string TrustTheAuthority =
        "If you trust its issuer, add that CA's certificate to this machine: on Debian and Ubuntu, to /usr/local/share/ca-certificates, "
        + "then run update-ca-certificates (elsewhere on Linux: SSL_CERT_FILE or SSL_CERT_DIR); on Windows, with Import-Certificate into "
        + "Cert:\\CurrentUser\\Root; on macOS, in the keychain.";

    public string ErrorId => errorId;

    public BearerErrorKind Kind => BearerErrorKind.Connection;

    public string? Details => null;

    public string NextStep => nextStep;
}
