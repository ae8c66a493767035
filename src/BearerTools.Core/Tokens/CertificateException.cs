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

    /// <summary>How to trust an issuer on the system at hand.</summary>
    public static string TrustTheAuthority { get; } = "If you trust its issuer, add that CA's certificate to this machine: "
        + (OperatingSystem.IsWindows() ? "Import-Certificate ca.crt -CertStoreLocation Cert:\\CurrentUser\\Root."
            : OperatingSystem.IsMacOS() ? "open it in Keychain Access, and set it to 'Always Trust'."
            : "copy it to /usr/local/share/ca-certificates/NAME.crt, then run sudo update-ca-certificates (outside Debian and Ubuntu: set "
                + "SSL_CERT_FILE).");

    public string ErrorId => errorId;

    public BearerErrorKind Kind => BearerErrorKind.Connection;

    public string? Details => null;

    public string NextStep => nextStep;
}
