using System.Security.Cryptography.X509Certificates;
using BearerTools.Security;

namespace BearerTools.Grants.Keys;

/// <summary>Errors about keys. They name the key's place and never its content.</summary>
internal static class KeyErrors
{
    public static BearerTokenException WrongKind(string what, string nextStep) =>
        Make("WrongKindOfKey", $"This is {what}, not a usable private key.", nextStep);

    public static BearerTokenException NoPrivateKey(X509Certificate2 certificate) =>
        Make("PrivateKeyMissing", $"The certificate {ServerText.Clean(certificate.Subject, 200)} ({certificate.Thumbprint}) has no "
            + "private key here, or this account cannot read it.",
            "Pass its private key too, or a PFX that contains both; in a certificate store, make sure that this account can read the key.");

    public static BearerTokenException PasswordMissing() =>
        Make("KeyPasswordMissing", "The key is encrypted, but no password was given.",
            "Pass the password with -ClientKeyPassword, or a reference to it with -SecretFrom.");

    public static BearerTokenException PasswordWrong() =>
        Make("KeyPasswordWrong", "The key cannot be decrypted: the password is wrong, or the key is neither RSA nor EC.",
            "Check the password, for example with 'openssl pkey -in FILE -noout'.");

    public static BearerTokenException Unreadable(string what) =>
        Make("KeyUnreadable", $"The key cannot be read: {what}.", "Use a PEM file, a JWK, a PFX, or the thumbprint of a certificate.");

    public static BearerTokenException NotFound(string what, string nextStep) =>
        new(what) { ErrorId = "KeyNotFound", Kind = BearerErrorKind.NotFound, NextStep = nextStep };

    private static BearerTokenException Make(string id, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = BearerErrorKind.InvalidArgument, NextStep = nextStep };
}
