using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Security;

namespace BearerTools.Cmdlets;

/// <summary>How a client authenticates: with a secret, a key or a certificate.</summary>
public abstract partial class TokenFlowCommand
{
    private const string ForIssuer = "Issuer";
    private const string ForTokenEndpoint = "TokenEndpoint";

    /// <summary>Client secret.</summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.EntraClientCredentials), Parameter(ParameterSetName = Flow.OnBehalfOf)]
    [ArgumentCompleter(typeof(NoCompleter))]
    [SecretTransformation("-SecretFrom env:NAME")]
    public SecureString? ClientSecret { get; set; }

    /// <summary>
    /// Reference to a secret: env:NAME, file:PATH, command:PROGRAM, vault:NAME or automation:NAME. It is the client secret; with
    /// -ClientKey, the password of the key; with -LoginUri, the password of the login.
    /// </summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject), Parameter(ParameterSetName = Flow.EntraClientCredentials)]
    [Parameter(ParameterSetName = Flow.OnBehalfOf), Parameter(ParameterSetName = Flow.GitHubApp)]
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(SecretReferenceCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? SecretFrom { get; set; }

    /// <summary>Private key of the client: the path of a PEM, JWK or PFX file, or a reference such as env:NAME.</summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject), Parameter(ParameterSetName = Flow.EntraClientCredentials)]
    [Parameter(ParameterSetName = Flow.OnBehalfOf), Parameter(ParameterSetName = Flow.GitHubApp)]
    [AllowNull, AllowEmptyString]
    [CheckedWhenRun(typeof(string))]
    public string? ClientKey { get; set; }

    /// <summary>Password of the key file. -SecretFrom can refer to it instead.</summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject), Parameter(ParameterSetName = Flow.EntraClientCredentials)]
    [Parameter(ParameterSetName = Flow.OnBehalfOf), Parameter(ParameterSetName = Flow.GitHubApp)]
    [ArgumentCompleter(typeof(NoCompleter))]
    [SecretTransformation("-SecretFrom env:NAME")]
    public SecureString? ClientKeyPassword { get; set; }

    /// <summary>Certificate of the client, with its private key unless -ClientKey gives that.</summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject), Parameter(ParameterSetName = Flow.EntraClientCredentials)]
    [Parameter(ParameterSetName = Flow.OnBehalfOf), Parameter(ParameterSetName = Flow.GitHubApp)]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(X509Certificate2))]
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>Thumbprint of the client's certificate in the certificate store of the user or the machine.</summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject), Parameter(ParameterSetName = Flow.EntraClientCredentials)]
    [Parameter(ParameterSetName = Flow.OnBehalfOf), Parameter(ParameterSetName = Flow.GitHubApp)]
    [Alias("CertificateThumbprint")]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? ClientCertificateThumbprint { get; set; }

    /// <summary>Id under which the authority knows the key (default: the kid of a JWK).</summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? KeyId { get; set; }

    /// <summary>Signing algorithm (default: one that both the authority and the key support).</summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject)]
    [ArgumentCompleter(typeof(ListedValueCompleter))]
    [CheckedWhenRun(
        typeof(string), Grants.Keys.SigningAlgorithm.RS256, Grants.Keys.SigningAlgorithm.PS256, Grants.Keys.SigningAlgorithm.ES256)]
    public string? SigningAlgorithm { get; set; }

    /// <summary>Audience of a signed assertion: the issuer, or the token endpoint for older authorities.</summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject)]
    [ArgumentCompleter(typeof(ListedValueCompleter))]
    [CheckedWhenRun(typeof(string), ForIssuer, ForTokenEndpoint)]
    public string AssertionAudience { get; set; } = ForIssuer;

    /// <summary>Method of client authentication (default: one that the authority supports).</summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject)]
    [ArgumentCompleter(typeof(ListedValueCompleter))]
    [CheckedWhenRun(
        typeof(string),
        OAuthConstants.ClientAuthenticationMethod.SecretBasic, OAuthConstants.ClientAuthenticationMethod.SecretPost,
        OAuthConstants.ClientAuthenticationMethod.PrivateKeyJwt, OAuthConstants.ClientAuthenticationMethod.TlsClientAuth,
        OAuthConstants.ClientAuthenticationMethod.SelfSignedTlsClientAuth, OAuthConstants.ClientAuthenticationMethod.None)]
    public string? ClientAuthenticationMethod { get; set; }

    /// <summary>If the token may be in a store, the secret is only needed for a token request.</summary>
    private SecretReference? ReferencedSecret =>
        SecretFrom is null ? null : MayBeStored ? Reference(SecretFrom).Deferred() : Reference(SecretFrom);

    /// <summary>The parameter that gives the client secret. With -ClientKey, -SecretFrom refers to the password of the key.</summary>
    private string? SecretParameter =>
        ClientSecret is not null ? nameof(ClientSecret) : SecretFrom is not null && ClientKey is null ? nameof(SecretFrom) : null;

    private string? KeyParameter =>
        ClientKey is not null ? nameof(ClientKey)
        : ClientCertificate is not null ? nameof(ClientCertificate)
        : ClientCertificateThumbprint is not null ? nameof(ClientCertificateThumbprint)
        : null;

    private string? AssertionParameter =>
        ClientAssertion is not null ? nameof(ClientAssertion) : ClientAssertionFrom is not null ? nameof(ClientAssertionFrom) : null;

    /// <exception cref="BearerTokenException">More than one client credential is given, or an incomplete one.</exception>
    private void CheckProofs()
    {
        if (ClientSecret is not null && SecretFrom is not null) throw CannotCombine(nameof(ClientSecret), nameof(SecretFrom));
        if (ClientAssertion is not null && ClientAssertionFrom is not null)
            throw CannotCombine(nameof(ClientAssertion), nameof(ClientAssertionFrom));
        string[] given = [.. new[] { SecretParameter, KeyParameter, AssertionParameter }.OfType<string>()];
        if (given.Length > 1)
            throw CannotCombine(given[0], given[1], "Pass one credential of the client: a secret, a key or certificate, or an assertion.");
        if (ClientKeyPassword is not null && ClientKey is null)
            throw Conflict("-ClientKeyPassword needs -ClientKey.", "Pass the key with -ClientKey.");
        if (ClientKeyPassword is not null && SecretFrom is not null)
            throw CannotCombine(nameof(ClientKeyPassword), nameof(SecretFrom));
        if (KeyParameter is null && (KeyId ?? SigningAlgorithm) is not null)
            throw Conflict("-KeyId and -SigningAlgorithm need a key.", "Pass one with -ClientKey or -ClientCertificate.");
        if (ClientCertificateThumbprint is not null && KeyParameter != nameof(ClientCertificateThumbprint))
        {
            throw CannotCombine(
                nameof(ClientCertificateThumbprint), KeyParameter!, "The thumbprint already selects a certificate with its private key.");
        }
    }

    /// <summary>The client secret, or <see langword="null"/> if the client has none.</summary>
    private SecretReference? CreateSecret() => SecretParameter switch
    {
        null => null,
        nameof(ClientSecret) => SecretReference.To(Secret.From(ClientSecret!)),
        _ => ReferencedSecret,
    };

    /// <summary>The client's key, or <see langword="null"/> if the client has none.</summary>
    private KeyPlace? CreateKey()
    {
        if (ClientCertificateThumbprint is not null) return new StoreCertificate(ClientCertificateThumbprint);
        var key = ClientKey is null ? null : new ReferencedKey(ClientKey, KeyPassword(), KeyId, KeyReference);
        return ClientCertificate is null ? key : new SuppliedCertificate(ClientCertificate, key);

        SecretReference? KeyPassword() =>
            ClientKeyPassword is null ? ReferencedSecret : SecretReference.To(Secret.From(ClientKeyPassword));
    }
}
