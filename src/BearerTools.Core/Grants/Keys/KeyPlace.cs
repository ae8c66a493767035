using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Security;

namespace BearerTools.Grants.Keys;

/// <summary>The location of a client's private key. Read again for each use, because keys are rotated.</summary>
internal abstract class KeyPlace
{
    /// <summary>
    /// The location as the user gave it, which is not secret; <see langword="null"/> for a certificate object.
    /// </summary>
    public abstract string? Text { get; }

    /// <exception cref="BearerTokenException">The location has no usable key.</exception>
    public abstract ClientKey Read();
}

/// <summary>A key in a file, an environment variable or another place that a reference names.</summary>
/// <param name="reference"><c>file:PATH</c>, the path absolute, or another reference such as <c>env:NAME</c>.</param>
/// <param name="password">The password, if the key is encrypted.</param>
/// <param name="keyId">The id of the key in a JWK set.</param>
/// <param name="parse">Parses a reference (default: <see cref="SecretReference.Parse"/>).</param>
internal sealed class ReferencedKey(
    string reference, SecretReference? password = null, string? keyId = null, Func<string, SecretReference>? parse = null) : KeyPlace
{
    private readonly ReferencedContent _place = new(reference, parse);
    private volatile Known? _known;

    public override string Text => _place.Text;

    public override ClientKey Read()
    {
        var content = _place.Read();
        var opener = password?.Read();
        var print = SHA256.HashData(content);
        if (_known is { } known && known.Print.AsSpan().SequenceEqual(print) && known.Password == opener?.Reveal()) return known.Key;
        try
        {
            var key = KeyFormat.Read(content, opener, keyId);
            _known = new Known(print, opener?.Reveal(), key);
            return key;
        }
        catch (BearerTokenException e)
        {
            throw new BearerTokenException($"{_place.Shown}: {e.Message}") { ErrorId = e.ErrorId, Kind = e.Kind, NextStep = e.NextStep };
        }
    }

    private sealed record Known(byte[] Print, string? Password, ClientKey Key);
}

/// <summary>A certificate object, with its private key included or at a separate location.</summary>
internal sealed class SuppliedCertificate(X509Certificate2 certificate, KeyPlace? key = null) : KeyPlace
{
    public override string? Text => key?.Text;

    public override ClientKey Read()
    {
        if (!CertificateStore.IsLoaded(certificate)) throw KeyErrors.Unreadable("the certificate is empty or was disposed");
        return key is null ? ClientKey.Of(certificate) : key.Read().With([certificate]);
    }
}

/// <summary>A certificate in the user's or the machine's store, identified by its thumbprint.</summary>
internal sealed class StoreCertificate(string thumbprint) : KeyPlace
{
    public override string Text => $"certificate:{thumbprint}";

    public override ClientKey Read() => CertificateStore.Find(thumbprint) is { } found
        ? ClientKey.Of(found)
        : throw KeyErrors.NotFound(CertificateStore.NotFound(thumbprint), CertificateStore.NotFoundNextStep);
}
