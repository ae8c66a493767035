using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Security;

namespace BearerTools.Grants.Keys;

/// <summary>Where a client's private key is. It is looked for again at each use, because keys are rotated.</summary>
internal abstract class KeyPlace
{
    /// <summary>The place as it was given, which is no secret.</summary>
    public abstract string? Text { get; }

    /// <exception cref="BearerTokenException">There is no key there that can be used.</exception>
    public abstract ClientKey Read();
}

/// <summary>A key in a file, an environment variable or wherever else references lead.</summary>
/// <param name="reference"><c>file:PATH</c>, the path absolute, or <c>env:NAME</c>.</param>
/// <param name="password">What opens it, if it is encrypted.</param>
/// <param name="keyId">Which key of a set.</param>
internal sealed class ReferencedKey(string reference, SecretReference? password = null, string? keyId = null) : KeyPlace
{
    private readonly ReferencedContent _place = new(reference);
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
            throw new BearerTokenException($"{Text}: {e.Message}") { ErrorId = e.ErrorId, Kind = e.Kind, NextStep = e.NextStep };
        }
    }

    private sealed record Known(byte[] Print, string? Password, ClientKey Key);
}

/// <summary>A certificate in hand; its private key is in it, or in a place of its own.</summary>
internal sealed class CertificateInHand(X509Certificate2 certificate, KeyPlace? key = null) : KeyPlace
{
    public override string? Text => key?.Text;

    public override ClientKey Read() => key is null ? ClientKey.Of(certificate) : key.Read().With([certificate]);
}

/// <summary>A certificate of this account's or this machine's store, by its thumbprint.</summary>
internal sealed class CertificateInStore(string thumbprint) : KeyPlace
{
    public override string Text => $"certificate:{thumbprint}";

    public override ClientKey Read() => CertificateStore.Find(thumbprint) is { } found
        ? ClientKey.Of(found)
        : throw KeyErrors.NotFound(CertificateStore.NotFound(thumbprint), CertificateStore.NotFoundNextStep);
}
