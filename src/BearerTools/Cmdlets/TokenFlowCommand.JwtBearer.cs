using System.Management.Automation;
using System.Security;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>A JWT as an assertion (RFC 7523 section 2.1): given, or signed with the key of the client or of a service account.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>A JWT that the authority accepts as an assertion.</summary>
    [Parameter(ParameterSetName = Flow.Assertion, Mandatory = true)]
    [AllowNull, ArgumentCompleter(typeof(NoCompleter))]
    [SecretTransformation("-AssertionFrom env:NAME")]
    public SecureString Assertion { get; set; } = null!;

    /// <summary>Reference to such a JWT, such as env:NAME or command:PROGRAM. It is read again for each request.</summary>
    [Parameter(ParameterSetName = Flow.AssertionFrom, Mandatory = true)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(SecretReferenceCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string AssertionFrom { get; set; } = string.Empty;

    /// <summary>The user that the token is for. The assertion is signed with the key of the client or of the service account.</summary>
    [Parameter(ParameterSetName = Flow.Subject, Mandatory = true), Parameter(ParameterSetName = Flow.ServiceAccount)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? Subject { get; set; }

    /// <summary>Path of a service account's key file (JSON) as Google issues it, or a reference such as env:NAME.</summary>
    [Parameter(ParameterSetName = Flow.ServiceAccount, Mandatory = true)]
    [AllowNull, AllowEmptyString]
    [CheckedWhenRun(typeof(string))]
    public string ServiceAccountKey { get; set; } = string.Empty;

    private JwtBearerSource JwtBearer() => Assertion.Length > 0
        ? Assert(new TokenReference(new AccessToken(Assertion)))
        : throw Conflict("-Assertion is empty.", "Pass the JWT as a SecureString, or a reference to it with -AssertionFrom.");

    private JwtBearerSource JwtBearerFrom() => Assert(new TokenReference(UserReference(AssertionFrom)));

    private JwtBearerSource Assert(TokenReference assertion) => new(CreateClient(), new SuppliedAssertion(assertion), CreateScope());

    /// <summary>
    /// The key signs the user's assertion. It also authenticates the client only if -ClientAuthenticationMethod requests that.
    /// </summary>
    private JwtBearerSource JwtBearerOf()
    {
        var options = CreateClientOptions();
        if (options.Key is not { } key)
            throw Conflict("-Subject needs a key to sign the assertion with.", "Pass it with -ClientKey, or a certificate with its key.");
        var client = options with { AuthenticationMethod = options.AuthenticationMethod ?? OAuthConstants.ClientAuthenticationMethod.None };
        var assertion = new SignedAssertion(key, options.ClientId, BearerSession.Services.Time)
        {
            Subject = Subject,
            Algorithm = SigningAlgorithm,
            KeyId = KeyId,
            AssertsToEndpoint = options.AssertsToEndpoint,
        };
        return new(new OAuthClient(BearerSession.Services.Backchannel, BearerSession.Services.Discovery, client), assertion, CreateScope());
    }

    private JwtBearerSource ServiceAccount()
    {
        var key = new ServiceAccountKey(ServiceAccountKey, KeyReference);
        var client = new OAuthClientOptions
        {
            TokenEndpoint = key.TokenEndpoint,
            ClientId = key.Account,
            AuthenticationMethod = OAuthConstants.ClientAuthenticationMethod.None,
            IsUnnamed = true,
            TakesAnyTokenType = TakesAnyTokenType,
            Headers = CreateTokenRequestHeaders(),
        };
        var scope = CreateScope();
        var assertion = new SignedAssertion(key, key.Account, BearerSession.Services.Time)
        {
            Subject = Subject,
            Scopes = scope.Scopes,
            KeyId = key.KeyId,
        };
        return new(new OAuthClient(BearerSession.Services.Backchannel, BearerSession.Services.Discovery, client), assertion, scope);
    }
}
