using BearerTools.Grants.Keys;
using BearerTools.Security;
using Methods = BearerTools.Grants.OAuthConstants.ClientAuthenticationMethod;

namespace BearerTools.Grants;

/// <summary>Which way of authentication a client uses: the one that was asked for, or the best that both sides have.</summary>
internal static class ClientAuthenticationMethods
{
    private static readonly string[] s_bySecret = [Methods.SecretBasic, Methods.SecretPost];
    private static readonly string[] s_byCertificate = [Methods.TlsClientAuth, Methods.SelfSignedTlsClientAuth];
    private static readonly string[] s_known = [.. s_bySecret, Methods.PrivateKeyJwt, .. s_byCertificate, Methods.None];

    /// <exception cref="BearerTokenException">The method is unknown, or lacks what it needs.</exception>
    public static void Check(OAuthClientOptions client)
    {
        if (client is { Secret: not null, Key: not null })
            throw Wrong("The client has a secret and a key, and one of them proves who it is.", "Give one of them.");
        if (client.AuthenticationMethod is not { } method) return;
        if (!s_known.Contains(method, StringComparer.Ordinal))
            throw Wrong($"'{ServerText.Clean(method, 60)}' is no way of client authentication that is known here.", $"Give one of {string.Join(", ", s_known)}, or none of them to let the authority's metadata decide.");
        if (s_bySecret.Contains(method) && client.Secret is null)
            throw Wrong($"The client authentication {method} needs a client secret.", "Give the secret, or a reference to it such as env:NAME or file:PATH.");
        if (method == Methods.PrivateKeyJwt && client.Key is null)
            throw Wrong($"The client authentication {method} needs a private key.", "Give it with -ClientKey, or a certificate that has one with -ClientCertificate.");
        if (s_byCertificate.Contains(method) && client.Key is null) throw CertificateMissing(method);
    }

    /// <summary>By the method that the user asked for, else by one that the authority supports.</summary>
    /// <exception cref="BearerTokenException">The authority takes nothing that the client has.</exception>
    public static ClientAuthentication Create(OAuthClientOptions client, Secret? secret, ClientKey? key, AuthorityMetadata? metadata, TimeProvider time)
    {
        var method = client.AuthenticationMethod ?? Choose(secret, key, metadata?.TokenEndpointAuthMethods);
        return method switch
        {
            Methods.SecretBasic => new ClientSecretBasic(client.ClientId, secret!),
            Methods.SecretPost => new ClientSecretPost(client.ClientId, secret!),
            Methods.PrivateKeyJwt => new PrivateKeyJwt(client, key!, SigningAlgorithm.Choose(key!, client.SigningAlgorithm, metadata?.TokenEndpointAuthSigningAlgorithms), time),
            Methods.TlsClientAuth or Methods.SelfSignedTlsClientAuth => key!.Certificate is null ? throw CertificateMissing(method) : new MutualTlsClient(client.ClientId, key),
            _ => new PublicClient(client.ClientId, client.IsUnnamed),
        };
    }

    /// <summary>Left out, the authority's list is <c>client_secret_basic</c> (RFC 8414 section 2); a client with a key has been registered for that all the same.</summary>
    private static string Choose(Secret? secret, ClientKey? key, IReadOnlyList<string>? supported)
    {
        if (secret is null && key is null) return Methods.None;
        string[] possible = key is null ? s_bySecret : key.Certificate is null ? [Methods.PrivateKeyJwt] : [Methods.PrivateKeyJwt, .. s_byCertificate];
        if (supported is null) return possible[0];
        return possible.FirstOrDefault(supported.Contains)
            ?? throw Wrong($"The authority takes no {(key is null ? "client secret" : "private key")}: its metadata names only {ServerText.Clean(string.Join(", ", supported))}.",
                $"If it does take one, name the way: {string.Join(" or ", possible)}.");
    }

    private static BearerTokenException CertificateMissing(string method) =>
        Wrong($"The client authentication {method} needs a certificate with its private key.", "Give it with -ClientCertificate, or with -ClientKey a PFX, or a PEM file that holds both.");

    private static BearerTokenException Wrong(string message, string nextStep) =>
        new(message) { ErrorId = "InvalidClientAuthentication", Kind = BearerErrorKind.InvalidArgument, NextStep = nextStep };
}
