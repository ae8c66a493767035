using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Entra;

/// <summary>A client's credential. Read again for each token, because it may have been rotated.</summary>
internal abstract class ClientProof
{
    /// <summary>True if the credential is available without the command that named it.</summary>
    public virtual bool CanRenew => true;

    public abstract void AddTo(TokenKey.Builder key);
}

/// <summary>A client secret.</summary>
/// <param name="secret">The secret's location.</param>
internal sealed class SecretProof(SecretReference secret) : ClientProof
{
    private readonly Secret? _first = secret.Immediate;

    /// <summary>The secret used last. Held here so that redaction keeps recognising it.</summary>
    public Secret? Latest { get; private set; }

    public Secret Read()
    {
        var current = secret.Read();
        Latest = current;
        return current;
    }

    public override void AddTo(TokenKey.Builder key) => key.AddSecret("client_secret", _first, secret.Text);
}

/// <summary>A client certificate with its private key.</summary>
/// <param name="place">The location of the certificate and key.</param>
internal sealed class CertificateProof(KeyPlace place) : ClientProof
{
    private readonly ClientKey _first = Checked(place.Read());

    public ClientKey Read() => Checked(place.Read());

    public override void AddTo(TokenKey.Builder key) =>
        key.AddPlace("client_key", place.Text).Add("client_certificate", _first.Certificate!.Thumbprint);

    private static ClientKey Checked(ClientKey key)
    {
        if (key.Certificate is null)
        {
            throw KeyErrors.WrongKind("a private key without its certificate",
                "Entra ID identifies keys by their certificates: add it with -ClientCertificate, or use a PEM or PFX file that has both.");
        }

        if (!key.IsRsa) throw KeyErrors.WrongKind("an EC key", "Entra ID accepts RSA keys only.");
        return key;
    }
}
