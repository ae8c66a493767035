using System.Collections;
using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Pipeline;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>An OAuth client, its authority and what it asks for: what all OAuth flows share, in no parameter set.</summary>
public abstract partial class TokenFlowCommand
{
    private const string ForIssuer = "Issuer";
    private const string ForTokenEndpoint = "TokenEndpoint";

    /// <summary>The authority's issuer, exactly as it writes it; its metadata tells the endpoints.</summary>
    [Parameter]
    [Alias("Issuer")]
    [ValidateNotNullOrEmpty]
    public string? Authority { get; set; }

    /// <summary>The token endpoint, for authorities without metadata.</summary>
    [Parameter]
    public Uri? TokenEndpoint { get; set; }

    /// <summary>The client's id.</summary>
    [Parameter]
    [Alias("AppId", "ApplicationId")]
    [ValidateNotNullOrEmpty]
    public string? ClientId { get; set; }

    /// <summary>The client's secret.</summary>
    [Parameter]
    public SecureString? ClientSecret { get; set; }

    /// <summary>The client's private key: the path of a PEM file, a JWK or a PFX, or a reference such as env:NAME.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ClientKey { get; set; }

    /// <summary>What opens the key; -SecretFrom can name its place instead.</summary>
    [Parameter]
    public SecureString? ClientKeyPassword { get; set; }

    /// <summary>The client's certificate, with its private key unless that comes by -ClientKey.</summary>
    [Parameter]
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>The thumbprint of the client's certificate in the store of this account or this machine.</summary>
    [Parameter]
    [Alias("CertificateThumbprint")]
    [ValidateNotNullOrEmpty]
    public string? ClientCertificateThumbprint { get; set; }

    /// <summary>What the authority knows the key by; by default the kid of a JWK.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyId { get; set; }

    /// <summary>How the key signs; by default what the authority and the key have in common.</summary>
    [Parameter]
    [ValidateSet(Grants.Keys.SigningAlgorithm.RS256, Grants.Keys.SigningAlgorithm.PS256, Grants.Keys.SigningAlgorithm.ES256)]
    public string? SigningAlgorithm { get; set; }

    /// <summary>Whom a signed assertion is for: the issuer, or for old authorities the token endpoint.</summary>
    [Parameter]
    [ValidateSet(ForIssuer, ForTokenEndpoint)]
    public string AssertionAudience { get; set; } = ForIssuer;

    /// <summary>How the client proves who it is; by default what the authority supports.</summary>
    [Parameter]
    [ValidateSet(
        OAuthConstants.ClientAuthenticationMethod.SecretBasic, OAuthConstants.ClientAuthenticationMethod.SecretPost, OAuthConstants.ClientAuthenticationMethod.PrivateKeyJwt,
        OAuthConstants.ClientAuthenticationMethod.TlsClientAuth, OAuthConstants.ClientAuthenticationMethod.SelfSignedTlsClientAuth, OAuthConstants.ClientAuthenticationMethod.None)]
    public string? ClientAuthenticationMethod { get; set; }

    /// <summary>What the token is to be good for.</summary>
    [Parameter]
    [Alias("Scopes")]
    public string[] Scope { get; set; } = [];

    /// <summary>The APIs it is for (RFC 8707), absolute addresses.</summary>
    [Parameter]
    public string[] Resource { get; set; } = [];

    /// <summary>Parameters of the token request that this provider wants besides, such as audience.</summary>
    [Parameter]
    public IDictionary? AdditionalParameter { get; set; }

    /// <summary>The first of these parameters that stands on the command line, or nothing.</summary>
    private string? GivenClientParameter => new[]
    {
        nameof(ClientId), nameof(Authority), nameof(TokenEndpoint), nameof(ClientSecret), nameof(ClientKey), nameof(ClientKeyPassword),
        nameof(ClientCertificate), nameof(ClientCertificateThumbprint), nameof(KeyId), nameof(SigningAlgorithm), nameof(AssertionAudience), nameof(ClientAuthenticationMethod),
        nameof(Scope), nameof(Resource), nameof(AdditionalParameter), nameof(DPoP), nameof(TenantId), nameof(Environment), nameof(ClientAssertion), nameof(ClientAssertionFrom),
    }.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey);

    private OAuthClientOptions Client()
    {
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Environment))) throw Conflict("-Environment names a cloud of Entra ID, and no tenant is named.", "Give -TenantId too, or leave it out.");
        if (ClientId is null) throw Conflict("No client is named.", "Give its id with -ClientId.");
        if (ClientSecret is not null && SecretFrom is not null) throw Conflict("-ClientSecret and -SecretFrom both name the secret.", "Give one of them.");
        if (Authority is not null && TokenEndpoint is not null) throw Conflict("-Authority and -TokenEndpoint both say where to ask.", "Give -Authority, or -TokenEndpoint where there is no metadata.");
        var key = Key();
        return new OAuthClientOptions
        {
            Authority = Authority,
            TokenEndpoint = TokenEndpoint,
            ClientId = ClientId,
            Secret = ClientSecret is not null ? SecretReference.To(Secret.From(ClientSecret)) : ClientKey is null ? SecretReferenceOrNothing : null,
            AuthenticationMethod = ClientAuthenticationMethod,
            ProofKey = DPoP ? BearerSession.ProofKey : null,
            Key = key,
            KeyId = KeyId,
            SigningAlgorithm = SigningAlgorithm,
            AssertsToEndpoint = AssertionAudience == ForTokenEndpoint,
        };
    }

    /// <summary>The client's key, where it has one; what -SecretFrom names then opens it.</summary>
    private KeyPlace? Key()
    {
        if (ClientKey is null && ClientKeyPassword is not null) throw Conflict("There is no key that -ClientKeyPassword could open.", "Give it with -ClientKey.");
        if ((ClientKey ?? ClientCertificateThumbprint ?? (object?)ClientCertificate) is null && (KeyId ?? SigningAlgorithm) is not null)
            throw Conflict("There is no key that -KeyId or -SigningAlgorithm could be of.", "Give it with -ClientKey, or a certificate with its key.");
        if (ClientKeyPassword is not null && SecretFrom is not null) throw Conflict("-ClientKeyPassword and -SecretFrom both name what opens the key.", "Give one of them.");
        if (ClientCertificateThumbprint is not null)
        {
            return ClientKey is null && ClientCertificate is null
                ? new CertificateInStore(ClientCertificateThumbprint)
                : throw Conflict("-ClientCertificateThumbprint already names a certificate with its key.", "Leave out -ClientKey and -ClientCertificate.");
        }

        var password = ClientKeyPassword is null ? SecretReferenceOrNothing : SecretReference.To(Secret.From(ClientKeyPassword));
        var key = ClientKey is null ? null : new ReferencedKey(PSLocation.PathOrReference(this, ClientKey), password, KeyId);
        return ClientCertificate is null ? key : new CertificateInHand(ClientCertificate, key);
    }

    private GrantScope Wanted() => new()
    {
        // One text with blanks is how scopes are mostly written down.
        Scopes = [.. Scope.SelectMany(scope => scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))],
        Resources = Resource,
        AdditionalParameters = AdditionalParameter is null ? [] : [.. RequestBodyFactory.Pairs(AdditionalParameter)],
    };
}
