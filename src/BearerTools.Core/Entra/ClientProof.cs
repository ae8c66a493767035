using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Entra;

/// <summary>What a client proves by that it is itself. It is looked for again each time, because it may have been rotated.</summary>
internal abstract class ClientProof
{
    /// <summary>Whether it can be had without the command that named it.</summary>
    public virtual bool CanRenew => true;

    public abstract void AddTo(TokenKey.Builder key);
}

/// <summary>The client's secret.</summary>
/// <param name="secret">Where it is.</param>
internal sealed class SecretProof(SecretReference secret) : ClientProof
{
    private readonly Secret _first = secret.Read();

    /// <summary>The last one that was used: held, so that it stays known to redaction.</summary>
    public Secret? Latest { get; private set; }

    public Secret Read()
    {
        var current = secret.Read();
        Latest = current;
        return current;
    }

    public override void AddTo(TokenKey.Builder key) => key.AddSecret("client_secret", _first, secret.Text);
}

/// <summary>The client's certificate, with its private key.</summary>
/// <param name="place">Where they are.</param>
internal sealed class CertificateProof(KeyPlace place) : ClientProof
{
    private readonly ClientKey _first = Checked(place.Read());

    public ClientKey Read() => Checked(place.Read());

    public override void AddTo(TokenKey.Builder key) => key.AddPlace("client_key", place.Text).Add("client_certificate", _first.Certificate!.Thumbprint);

    private static ClientKey Checked(ClientKey key)
    {
        if (key.Certificate is null)
            throw KeyErrors.WrongKind("a private key without its certificate", "Entra ID knows keys by their certificates: give that too with -ClientCertificate, or a PEM or PFX file that holds both.");
        if (!key.IsRsa) throw KeyErrors.WrongKind("an EC key", "Entra ID takes RSA keys only.");
        return key;
    }
}
