using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BearerTools.Security;

/// <summary>Looks up certificates in the personal stores of this account and of this machine.</summary>
internal static class CertificateStore
{
    /// <summary>What to do when <see cref="Find(string)"/> finds nothing.</summary>
    public const string NotFoundNextStep = "Check the thumbprint; 'Get-ChildItem Cert:\\CurrentUser\\My' lists the certificates on Windows.";

    /// <summary>The certificate with the thumbprint, expired or not, from CurrentUser\My or else LocalMachine\My; <see langword="null"/> if neither has it.</summary>
    public static X509Certificate2? Find(string thumbprint) => Find(StoreLocation.CurrentUser, thumbprint) ?? Find(StoreLocation.LocalMachine, thumbprint);

    /// <summary>The error message when <see cref="Find(string)"/> finds nothing.</summary>
    public static string NotFound(string thumbprint) =>
        $"No certificate with the thumbprint {ServerText.Clean(thumbprint, 100)} is in Cert:\\CurrentUser\\My or Cert:\\LocalMachine\\My.";

    private static X509Certificate2? Find(StoreLocation location, string thumbprint)
    {
        try
        {
            using var store = new X509Store(StoreName.My, location, OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            return store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false).FirstOrDefault();
        }
        catch (CryptographicException)
        {
            // Off Windows the machine has no such store, and a new account has none yet.
            return null;
        }
    }
}
