using System.Security.Cryptography.X509Certificates;
using BearerTools.Security;

namespace BearerTools.Grants.Keys;

/// <summary>What can be wrong with a key, in words that name its place and nothing of its content.</summary>
internal static class KeyErrors
{
    public static BearerTokenException WrongKind(string what, string nextStep) =>
        Make("WrongKindOfKey", $"This is {what}, not a private key that can be used here.", nextStep);

    public static BearerTokenException NoPrivateKey(X509Certificate2 certificate) =>
        Make("PrivateKeyMissing", $"The certificate {ServerText.Clean(certificate.Subject, 200)} ({certificate.Thumbprint}) is here without its private key, or you may not read that.",
            "Give its private key too, or a PFX that holds both; in a certificate store, see that this account may read the key.");

    public static BearerTokenException PasswordMissing() =>
        Make("KeyPasswordMissing", "The key is encrypted, and no password was given for it.", "Give it with -ClientKeyPassword, or a reference to it with -SecretFrom.");

    public static BearerTokenException PasswordWrong() =>
        Make("KeyPasswordWrong", "The key cannot be decrypted: the password is wrong, or it is neither an RSA nor an EC key.",
            "Check the password; 'openssl pkey -in FILE -noout' asks for it and says whether it fits.");

    public static BearerTokenException Unreadable(string what) =>
        Make("KeyUnreadable", $"The key cannot be read: {what}.", "Give a PEM file, a JWK, a PFX, or the thumbprint of a certificate.");

    public static BearerTokenException NotFound(string what, string nextStep) =>
        new(what) { ErrorId = "KeyNotFound", Kind = BearerErrorKind.NotFound, NextStep = nextStep };

    private static BearerTokenException Make(string id, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = BearerErrorKind.InvalidArgument, NextStep = nextStep };
}
