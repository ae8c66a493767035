using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>Names and values of the OAuth and OpenID Connect protocols.</summary>
internal static class OAuthConstants
{
    /// <summary>Parameters of requests (RFC 6749, 7009, 7521, 8693, 8707).</summary>
    public static class Parameter
    {
        public const string GrantType = "grant_type";
        public const string ClientId = "client_id";
        public const string ClientSecret = "client_secret";
        public const string ClientAssertion = "client_assertion";
        public const string ClientAssertionType = "client_assertion_type";
        public const string Assertion = "assertion";
        public const string RefreshToken = "refresh_token";
        public const string SubjectToken = "subject_token";
        public const string SubjectTokenType = "subject_token_type";
        public const string ActorToken = "actor_token";
        public const string ActorTokenType = "actor_token_type";
        public const string RequestedTokenType = "requested_token_type";
        public const string Audience = "audience";
        public const string UserName = "username";
        public const string Password = "password";
        public const string Scope = "scope";
        public const string Resource = "resource";
        public const string DeviceCode = "device_code";
        public const string Token = "token";
        public const string TokenTypeHint = "token_type_hint";
    }

    /// <summary>
    /// Parameters of authorization requests and responses (RFC 6749 section 4.1, RFC 7636, RFC 9207, RFC 9126, OpenID
    /// Connect Core section 3.1.2).
    /// </summary>
    public static class Authorization
    {
        public const string ResponseType = "response_type";
        public const string ResponseMode = "response_mode";
        public const string RedirectUri = "redirect_uri";
        public const string State = "state";
        public const string Nonce = "nonce";
        public const string CodeChallenge = "code_challenge";
        public const string CodeChallengeMethod = "code_challenge_method";
        public const string CodeVerifier = "code_verifier";
        public const string Code = "code";
        public const string Issuer = "iss";
        public const string Prompt = "prompt";
        public const string LoginHint = "login_hint";
        public const string Request = "request";
        public const string RequestUri = "request_uri";

        public const string Sha256Challenge = "S256";
        public const string OpenIdScope = "openid";
    }

    /// <summary>Values of <c>grant_type</c>.</summary>
    public static class Grant
    {
        public const string ClientCredentials = "client_credentials";
        public const string AuthorizationCode = "authorization_code";
        public const string DeviceCode = "urn:ietf:params:oauth:grant-type:device_code";
        public const string RefreshToken = "refresh_token";
        public const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";
        public const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        public const string Password = "password";
    }

    /// <summary>Members of a token endpoint's response (RFC 6749 sections 5.1 and 5.2).</summary>
    public static class Response
    {
        public const string AccessToken = "access_token";
        public const string TokenType = "token_type";
        public const string ExpiresIn = "expires_in";
        public const string RefreshToken = "refresh_token";
        public const string IdToken = "id_token";
        public const string Scope = "scope";
        public const string Error = "error";
        public const string ErrorDescription = "error_description";
        public const string ErrorUri = "error_uri";
        public const string IssuedTokenType = "issued_token_type";
    }

    /// <summary>Members of a device authorization response (RFC 8628 section 3.2).</summary>
    public static class DeviceCodeResponse
    {
        public const string DeviceCode = "device_code";
        public const string UserCode = "user_code";
        public const string VerificationUri = "verification_uri";
        public const string VerificationUriComplete = "verification_uri_complete";
        public const string ExpiresIn = "expires_in";
        public const string Interval = "interval";

        /// <summary>The name in early drafts, which some authorities still use.</summary>
        public const string VerificationUrl = "verification_url";
    }

    /// <summary>
    /// Error codes (RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750, 7009, 8628, 8707, 9101, 9449, OpenID Connect Core section
    /// 3.1.2.6).
    /// </summary>
    public static class Error
    {
        public const string InvalidRequest = "invalid_request";
        public const string InvalidClient = "invalid_client";
        public const string InvalidGrant = "invalid_grant";
        public const string InvalidScope = "invalid_scope";
        public const string InvalidTarget = "invalid_target";
        public const string UnauthorizedClient = "unauthorized_client";
        public const string UnsupportedGrantType = "unsupported_grant_type";
        public const string UnsupportedResponseType = "unsupported_response_type";
        public const string UnsupportedTokenType = "unsupported_token_type";
        public const string AccessDenied = "access_denied";
        public const string ServerError = "server_error";
        public const string TemporarilyUnavailable = "temporarily_unavailable";
        public const string InvalidToken = "invalid_token";
        public const string InsufficientScope = "insufficient_scope";
        public const string AuthorizationPending = "authorization_pending";
        public const string SlowDown = "slow_down";
        public const string ExpiredToken = "expired_token";
        public const string InvalidRequestUri = "invalid_request_uri";
        public const string InvalidRequestObject = "invalid_request_object";
        public const string InvalidDPoPProof = "invalid_dpop_proof";
        public const string UseDPoPNonce = "use_dpop_nonce";
        public const string InteractionRequired = "interaction_required";
        public const string LoginRequired = "login_required";
        public const string ConsentRequired = "consent_required";
        public const string AccountSelectionRequired = "account_selection_required";
    }

    /// <summary>Values of <c>token_type</c>.</summary>
    public static class TokenType
    {
        public const string Bearer = AuthScheme.Bearer;

        /// <summary>What authorities write for tokens that APIs take as bearer tokens; <c>bot</c> is Slack's.</summary>
        public static readonly string[] BearerAliases = [Bearer, "BearerToken", "bearer_token", "bot", "token"];

        public const string NotApplicable = BearerTools.AccessToken.NotApplicableType;
    }

    /// <summary>Client authentication methods (OpenID Connect Core section 9, RFC 8705 section 2).</summary>
    public static class ClientAuthenticationMethod
    {
        public const string None = "none";
        public const string SecretBasic = "client_secret_basic";
        public const string SecretPost = "client_secret_post";
        public const string PrivateKeyJwt = "private_key_jwt";
        public const string TlsClientAuth = "tls_client_auth";
        public const string SelfSignedTlsClientAuth = "self_signed_tls_client_auth";
    }

    /// <summary>The only supported value of <c>client_assertion_type</c> (RFC 7523 section 2.2).</summary>
    public const string JwtBearerAssertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>
    /// Members of an authority's metadata (RFC 8414 section 2 and the extensions listed at <see
    /// cref="AuthorityMetadata"/>).
    /// </summary>
    public static class Metadata
    {
        public const string Issuer = "issuer";
        public const string AuthorizationEndpoint = "authorization_endpoint";
        public const string TokenEndpoint = "token_endpoint";
        public const string DeviceAuthorizationEndpoint = "device_authorization_endpoint";
        public const string PushedAuthorizationRequestEndpoint = "pushed_authorization_request_endpoint";
        public const string RevocationEndpoint = "revocation_endpoint";
        public const string IntrospectionEndpoint = "introspection_endpoint";
        public const string UserInfoEndpoint = "userinfo_endpoint";
        public const string JwksUri = "jwks_uri";
        public const string MtlsEndpointAliases = "mtls_endpoint_aliases";
        public const string GrantTypes = "grant_types_supported";
        public const string ResponseTypes = "response_types_supported";
        public const string Scopes = "scopes_supported";
        public const string CodeChallengeMethods = "code_challenge_methods_supported";
        public const string TokenEndpointAuthMethods = "token_endpoint_auth_methods_supported";
        public const string TokenEndpointAuthSigningAlgorithms = "token_endpoint_auth_signing_alg_values_supported";
        public const string IdTokenSigningAlgorithms = "id_token_signing_alg_values_supported";
        public const string DPoPSigningAlgorithms = "dpop_signing_alg_values_supported";
        public const string AuthorizationResponseIss = "authorization_response_iss_parameter_supported";
        public const string RequirePushedAuthorizationRequests = "require_pushed_authorization_requests";
        public const string CertificateBoundAccessTokens = "tls_client_certificate_bound_access_tokens";
    }

    public const string OpenIdWellKnown = "/.well-known/openid-configuration";
    public const string OAuthWellKnown = "/.well-known/oauth-authorization-server";
}
