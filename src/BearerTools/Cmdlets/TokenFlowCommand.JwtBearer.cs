using System.Management.Automation;
using System.Security;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>A JWT as an assertion (RFC 7523 section 2.1): from elsewhere, signed with the client's key, or with a service account's.</summary>
public abstract partial class TokenFlowCommand
{
    private const string AssertionSet = "Assertion";
    private const string AssertionFromSet = "AssertionFrom";
    private const string SubjectSet = "Subject";
    private const string ServiceAccountSet = "ServiceAccount";

    /// <summary>A JWT that the authority takes as an assertion.</summary>
    [Parameter(ParameterSetName = AssertionSet, Mandatory = true)]
    public SecureString Assertion { get; set; } = null!;

    /// <summary>Where such a JWT is: env:NAME or file:PATH. It is read again for each request.</summary>
    [Parameter(ParameterSetName = AssertionFromSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string AssertionFrom { get; set; } = string.Empty;

    /// <summary>The user that the token is to stand for; the assertion is signed with the client's or the service account's key.</summary>
    [Parameter(ParameterSetName = SubjectSet, Mandatory = true)]
    [Parameter(ParameterSetName = ServiceAccountSet)]
    [ValidateNotNullOrEmpty]
    public string? Subject { get; set; }

    /// <summary>The path of a service account's key file as Google hands it out (JSON), or a reference such as env:NAME.</summary>
    [Parameter(ParameterSetName = ServiceAccountSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string ServiceAccountKey { get; set; } = string.Empty;

    private JwtBearerSource JwtBearer() => new(NewClient(), new SuppliedAssertion(new TokenReference(new AccessToken(Assertion))), Wanted());

    private JwtBearerSource JwtBearerFrom() => new(NewClient(), new SuppliedAssertion(new TokenReference(PSLocation.Reference(this, AssertionFrom))), Wanted());

    /// <summary>The key signs for the user; whether it also proves the client is said by -ClientAuthenticationMethod.</summary>
    private JwtBearerSource JwtBearerOf()
    {
        var options = Client();
        if (options.Key is not { } key) throw Conflict("There is no key to sign the assertion with.", "Give it with -ClientKey, or a certificate with its key.");
        var client = options with { AuthenticationMethod = options.AuthenticationMethod ?? OAuthConstants.ClientAuthenticationMethod.None };
        var assertion = new SignedAssertion(key, options.ClientId, BearerSession.Time)
        {
            Subject = Subject,
            Algorithm = SigningAlgorithm,
            KeyId = KeyId,
            AssertsToEndpoint = options.AssertsToEndpoint,
        };
        return new(new OAuthClient(BearerSession.Backchannel, BearerSession.Discovery, client), assertion, Wanted());
    }

    private JwtBearerSource ServiceAccount()
    {
        Refuse(
            nameof(ClientId), nameof(Authority), nameof(TokenEndpoint), nameof(ClientSecret), nameof(SecretFrom), nameof(ClientKey), nameof(ClientKeyPassword), nameof(ClientCertificate),
            nameof(ClientCertificateThumbprint), nameof(KeyId), nameof(SigningAlgorithm), nameof(AssertionAudience), nameof(ClientAuthenticationMethod));
        var key = new ServiceAccountKey(PSLocation.PathOrReference(this, ServiceAccountKey));
        var client = new OAuthClientOptions
        {
            TokenEndpoint = key.TokenEndpoint,
            ClientId = key.Account,
            AuthenticationMethod = OAuthConstants.ClientAuthenticationMethod.None,
            IsUnnamed = true,
        };
        var wanted = Wanted();
        var assertion = new SignedAssertion(key, key.Account, BearerSession.Time) { Subject = Subject, Scopes = wanted.Scopes, KeyId = key.KeyId };
        return new(new OAuthClient(BearerSession.Backchannel, BearerSession.Discovery, client), assertion, wanted);
    }
}
