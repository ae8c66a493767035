using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BearerTools.Security;

/// <summary>Finds certificates in the personal stores of the user and the machine.</summary>
internal static class CertificateStore
{
    /// <summary>Advice if <see cref="Find(string)"/> returns <see langword="null"/>.</summary>
    public const string NotFoundNextStep =
        "Check the thumbprint; 'Get-ChildItem Cert:\\CurrentUser\\My' lists the certificates on Windows.";

    /// <summary>False for a certificate that was disposed, or never loaded, as PowerShell makes one of an empty hashtable.</summary>
    public static bool IsLoaded(X509Certificate certificate) => certificate.Handle != IntPtr.Zero;

    /// <summary>
    /// The certificate with the thumbprint from CurrentUser\My, else from LocalMachine\My, even if expired; <see langword="null"/> if there
    /// is none.
    /// </summary>
    public static X509Certificate2? Find(string thumbprint) =>
        Find(StoreLocation.CurrentUser, thumbprint) ?? Find(StoreLocation.LocalMachine, thumbprint);

    /// <summary>The error message if <see cref="Find(string)"/> returns <see langword="null"/>.</summary>
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
            // Only Windows has a store of the machine, and a new user has no store yet.
            return null;
        }
    }
}
