using BearerTools.Grants.Keys;
using BearerTools.Security;
using Methods = BearerTools.Grants.OAuthConstants.ClientAuthenticationMethod;

namespace BearerTools.Grants;

/// <summary>Selects a client authentication method: the requested one, or the best one that both sides support.</summary>
internal static class ClientAuthenticationMethods
{
    private static readonly string[] s_bySecret = [Methods.SecretBasic, Methods.SecretPost];
    private static readonly string[] s_byCertificate = [Methods.TlsClientAuth, Methods.SelfSignedTlsClientAuth];
    private static readonly string[] s_known = [.. s_bySecret, Methods.PrivateKeyJwt, .. s_byCertificate, Methods.None];

    /// <exception cref="BearerTokenException">The method is unknown, or the client lacks its credential.</exception>
    public static void Check(OAuthClientOptions client)
    {
        if (client is { Secret: not null, Key: not null })
            throw Wrong("The client has both a secret and a key, but authenticates with only one of them.", "Use only one of them.");
        if (client.AuthenticationMethod is not { } method) return;
        if (!s_known.Contains(method, StringComparer.Ordinal))
            throw Wrong($"'{ServerText.Clean(method, 60)}' is not a known client authentication method.",
                $"Use one of {string.Join(", ", s_known)}, or omit the parameter to let the authority's metadata decide.");
        if (s_bySecret.Contains(method) && client.Secret is null)
            throw Wrong($"The client authentication method {method} needs a client secret.",
                "Pass the secret, or a reference to it such as env:NAME or file:PATH.");
        if (method == Methods.PrivateKeyJwt && client.Key is null)
            throw Wrong($"The client authentication method {method} needs a private key.",
                "Pass it with -ClientKey, or a certificate that contains one with -ClientCertificate.");
        if (s_byCertificate.Contains(method) && client.Key is null) throw CertificateMissing(method);
    }

    /// <summary>
    /// Creates the authentication for the method that the user requested, or for one that the authority supports.
    /// </summary>
    /// <exception cref="BearerTokenException">The authority supports no method that fits the client's credential.</exception>
    public static ClientAuthentication Create(
        OAuthClientOptions client, Secret? secret, ClientKey? key, AuthorityMetadata? metadata, TimeProvider time)
    {
        var method = client.AuthenticationMethod ?? Choose(secret, key, metadata?.TokenEndpointAuthMethods);
        return method switch
        {
            Methods.SecretBasic => new ClientSecretBasic(client.ClientId, secret!),
            Methods.SecretPost => new ClientSecretPost(client.ClientId, secret!),
            Methods.PrivateKeyJwt => new PrivateKeyJwt(
                client, key!, SigningAlgorithm.Choose(key!, client.SigningAlgorithm, metadata?.TokenEndpointAuthSigningAlgorithms), time),
            Methods.TlsClientAuth or Methods.SelfSignedTlsClientAuth =>
                key!.Certificate is null ? throw CertificateMissing(method) : new MutualTlsClient(client.ClientId, key),
            _ => new PublicClient(client.ClientId, client.IsUnnamed),
        };
    }

    /// <summary>
    /// If the authority's metadata omits the list, the default is <c>client_secret_basic</c> (RFC 8414 section 2); a client
    /// with a key must have been registered for the key all the same.
    /// </summary>
    private static string Choose(Secret? secret, ClientKey? key, IReadOnlyList<string>? supported)
    {
        if (secret is null && key is null) return Methods.None;
        string[] possible = key is null ? s_bySecret
            : key.Certificate is null ? [Methods.PrivateKeyJwt]
            : [Methods.PrivateKeyJwt, .. s_byCertificate];
        if (supported is null) return possible[0];
        return possible.FirstOrDefault(supported.Contains)
            ?? throw Wrong($"The authority does not accept a {(key is null ? "client secret" : "private key")}: its metadata lists only "
                + $"{ServerText.Clean(string.Join(", ", supported))}.",
                $"If it does accept one, choose the method with -ClientAuthenticationMethod: {string.Join(" or ", possible)}.");
    }

    private static BearerTokenException CertificateMissing(string method) =>
        Wrong($"The client authentication method {method} needs a certificate with its private key.",
            "Pass it with -ClientCertificate, or pass a PFX or a PEM file that contains both with -ClientKey.");

    private static BearerTokenException Wrong(string message, string nextStep) =>
        new(message) { ErrorId = "InvalidClientAuthentication", Kind = BearerErrorKind.InvalidArgument, NextStep = nextStep };
}
