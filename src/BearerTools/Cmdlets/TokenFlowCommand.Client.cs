using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Security;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Pipeline;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>An OAuth client: its authority, its id, and what it requests. Shared by all OAuth flows.</summary>
public abstract partial class TokenFlowCommand
{
    private static readonly string[] s_clientParameters =
    [
        nameof(ClientId), nameof(Authority), nameof(TokenEndpoint), nameof(ClientSecret), nameof(SecretFrom),
        nameof(ClientKey), nameof(ClientKeyPassword), nameof(ClientCertificate), nameof(ClientCertificateThumbprint),
        nameof(KeyId), nameof(SigningAlgorithm), nameof(AssertionAudience), nameof(ClientAuthenticationMethod),
        nameof(Scope), nameof(Resource), nameof(AdditionalParameter), nameof(GrantType), nameof(TokenRequestHeaders), nameof(DPoP),
    ];

    /// <summary>
    /// Issuer of the authority, exactly as the authority writes it; its metadata contains the endpoints.
    /// For a GitHub App, the root of the API.
    /// </summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject), Parameter(ParameterSetName = Flow.GitHubApp)]
    [Alias("Issuer")]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(AuthorityCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? Authority { get; set; }

    /// <summary>Address of the token endpoint, for authorities without metadata.</summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject)]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(Uri))]
    public Uri? TokenEndpoint { get; set; }

    /// <summary>
    /// Client id (application id). For a GitHub App, the id of the app; for a managed identity, the client id of a user-assigned identity.
    /// </summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject), Parameter(ParameterSetName = Flow.EntraClientCredentials)]
    [Parameter(ParameterSetName = Flow.EntraClientAssertion), Parameter(ParameterSetName = Flow.OnBehalfOf)]
    [Parameter(ParameterSetName = Flow.EntraInteractive), Parameter(ParameterSetName = Flow.EntraDeviceCode)]
    [Parameter(ParameterSetName = Flow.Account), Parameter(ParameterSetName = Flow.DefaultChain)]
    [Parameter(ParameterSetName = Flow.ManagedIdentity), Parameter(ParameterSetName = Flow.GitHubApp)]
    [Alias("AppId", "ApplicationId")]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? ClientId { get; set; }

    /// <summary>Scopes to request.</summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject), Parameter(ParameterSetName = Flow.EntraClientCredentials)]
    [Parameter(ParameterSetName = Flow.EntraClientAssertion), Parameter(ParameterSetName = Flow.OnBehalfOf)]
    [Parameter(ParameterSetName = Flow.EntraInteractive), Parameter(ParameterSetName = Flow.EntraDeviceCode)]
    [Parameter(ParameterSetName = Flow.Account), Parameter(ParameterSetName = Flow.DefaultChain)]
    [Parameter(ParameterSetName = Flow.ManagedIdentity), Parameter(ParameterSetName = Flow.ServiceAccount)]
    [Alias("Scopes")]
    [AllowNull, AllowEmptyString, AllowEmptyCollection]
    [ArgumentCompleter(typeof(ScopeCompleter))]
    public string[] Scope { get; set; } = [];

    /// <summary>
    /// APIs that the token is for, as absolute URIs (RFC 8707). At Entra ID, one API: the token has all permissions granted for it.
    /// </summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject), Parameter(ParameterSetName = Flow.EntraClientCredentials)]
    [Parameter(ParameterSetName = Flow.EntraClientAssertion), Parameter(ParameterSetName = Flow.OnBehalfOf)]
    [Parameter(ParameterSetName = Flow.EntraInteractive), Parameter(ParameterSetName = Flow.EntraDeviceCode)]
    [Parameter(ParameterSetName = Flow.Account), Parameter(ParameterSetName = Flow.DefaultChain)]
    [Parameter(ParameterSetName = Flow.ManagedIdentity), Parameter(ParameterSetName = Flow.ServiceAccount)]
    [AllowNull, AllowEmptyString, AllowEmptyCollection]
    [ArgumentCompleter(typeof(NoCompleter))]
    public string[] Resource { get; set; } = [];

    /// <summary>
    /// Additional parameters of the token request that the provider needs, such as audience. A value may be a SecureString.
    /// </summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject), Parameter(ParameterSetName = Flow.ServiceAccount)]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(IDictionary))]
    public IDictionary? AdditionalParameter { get; set; }

    /// <summary>
    /// Grant type of the token request (default client_credentials), for providers with a grant of their own; its parameters are given with
    /// -AdditionalParameter, and it needs no client id if they contain its credential.
    /// </summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? GrantType { get; set; }

    /// <summary>
    /// Headers of requests to the authority or the login, metadata included, such as User-Agent or the key of a gateway. A value may be a
    /// SecureString.
    /// </summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject), Parameter(ParameterSetName = Flow.ServiceAccount)]
    [Parameter(ParameterSetName = Flow.GitHubApp), Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(IDictionary))]
    public IDictionary? TokenRequestHeaders { get; set; }

    /// <summary>
    /// Binds the token to a key of this process (DPoP, RFC 9449), so that a stolen token is useless. The key is lost when the process
    /// ends. It is an error if the authority issues a plain bearer token instead.
    /// </summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject)]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter DPoP { get; set; }

    /// <summary>The first parameter of the default flow that is on the command line, or <see langword="null"/> if there is none.</summary>
    private string? GivenClientParameter => s_clientParameters.FirstOrDefault(IsTyped);

    /// <summary>True if the command line says how the token is sent, so that the type that the authority names does not matter.</summary>
    private bool TakesAnyTokenType => (TokenScheme ?? SendTokenInHeader ?? SendTokenInCookie) is not null;

    /// <exception cref="BearerTokenException">A header cannot be sent.</exception>
    private BackchannelHeaders? CreateTokenRequestHeaders()
    {
        if (TokenRequestHeaders is null) return null;
        var headers = new List<KeyValuePair<string, string>>();
        // Enumerated as IDictionary, because a generic dictionary enumerates other entries.
        foreach (DictionaryEntry header in TokenRequestHeaders)
        {
            var value = PSValue.Unwrap(header.Value);
            var text = value is SecureString secure ? Secret.From(secure).Reveal() : ValueText.Of(value, nameof(TokenRequestHeaders));
            if (value is not null) headers.Add(new(ValueText.Of(header.Key, nameof(TokenRequestHeaders)), text));
        }

        return new BackchannelHeaders(headers);
    }

    private OAuthClient CreateClient() =>
        new(BearerSession.Services.Backchannel, BearerSession.Services.Discovery, CreateClientOptions());

    private OAuthClientOptions CreateClientOptions()
    {
        if (Authority is not null && TokenEndpoint is not null)
            throw CannotCombine(nameof(Authority), nameof(TokenEndpoint), "Pass -TokenEndpoint if the authority has no metadata.");
        if (Authority is null && TokenEndpoint is null) throw AuthorityMissing();
        CheckProofs();
        // The engine converts a SecureString to the name of its type.
        if (GrantType == typeof(SecureString).FullName)
        {
            throw new BearerTokenException("-GrantType is a SecureString, and the name of a grant is no secret.")
            {
                ErrorId = "ValueRefused",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Pass the name as text, and the secrets of the grant with -AdditionalParameter.",
            };
        }

        var secret = CreateSecret();
        var key = CreateKey();
        // The grant of a provider may bring its own credential.
        var isUnnamed = ClientId is null && GrantType is not null && (secret ?? (object?)key ?? ClientAuthenticationMethod) is null;
        return new OAuthClientOptions
        {
            Authority = Authority,
            TokenEndpoint = TokenEndpoint,
            ClientId = ClientId ?? (isUnnamed ? string.Empty : throw ClientIdMissing()),
            IsUnnamed = isUnnamed,
            Secret = secret,
            AuthenticationMethod = ClientAuthenticationMethod,
            TakesAnyTokenType = TakesAnyTokenType,
            Headers = CreateTokenRequestHeaders(),
            ProofKey = DPoP ? BearerSession.Services.ProofKey : null,
            Key = key,
            KeyId = KeyId,
            SigningAlgorithm = SigningAlgorithm,
            AssertsToEndpoint = AssertionAudience == ForTokenEndpoint,
        };
    }

    private GrantScope CreateScope()
    {
        var plain = new OrderedDictionary();
        List<KeyValuePair<string, Secret>> secrets = [];
        // Enumerated as IDictionary, because a generic dictionary enumerates other entries.
        foreach (DictionaryEntry parameter in AdditionalParameter ?? plain)
        {
            if (PSValue.Unwrap(parameter.Value) is SecureString secret)
                secrets.Add(new(ValueText.Of(parameter.Key, nameof(AdditionalParameter)), Secret.From(secret)));
            else if (ValueText.IsList(parameter.Value) && ((IEnumerable)parameter.Value!).Cast<object?>().Any(IsSecret))
                throw SecretInList(ValueText.Of(parameter.Key, nameof(AdditionalParameter)));
            else plain.Add(parameter.Key, parameter.Value);
        }

        static bool IsSecret(object? value) => PSValue.Unwrap(value) is SecureString;

        return new GrantScope
        {
            // Users often write scopes as one space-separated string.
            Scopes = [.. Scope.SelectMany(scope => scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))],
            Resources = Resource,
            IsOwnGrant = GrantType is not null,
            AdditionalParameters = [.. RequestBodyFactory.Pairs(plain)],
            SecretParameters = secrets,
        };
    }

    private static BearerTokenException SecretInList(string name) => new(
        $"-{nameof(AdditionalParameter)}: the value of '{ServerText.Clean(name, 100)}' is a list with a SecureString.")
    {
        ErrorId = "ValueRefused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Give one SecureString as the whole value of a parameter.",
    };

    private static BearerTokenException ClientIdMissing() => new("No client id is given.")
    {
        ErrorId = "ClientIdMissing",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Pass the client id with -ClientId. Only a grant of the provider (-GrantType) may do without one, if its own parameters "
            + "contain the credential.",
    };

    private static BearerTokenException AuthorityMissing() => new("No authority is given.")
    {
        ErrorId = "AuthorityMissing",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Pass the authority's issuer with -Authority, or the address of its token endpoint with -TokenEndpoint. "
            + "For Microsoft Entra ID, pass -TenantId.",
    };
}
