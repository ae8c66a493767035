using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Gets a token for the client itself (RFC 6749 section 4.4). Renewal repeats the request: this grant has no refresh tokens
/// (section 4.4.3).
/// </summary>
internal sealed class ClientCredentialsSource : OAuthSource
{
    public const string Flow = "ClientCredentials";

    /// <summary>Grants that have a flow of their own here, which knows what they need.</summary>
    private static readonly string[] s_otherFlows =
    [
        OAuthConstants.Grant.AuthorizationCode, OAuthConstants.Grant.DeviceCode, OAuthConstants.Grant.RefreshToken,
        OAuthConstants.Grant.TokenExchange, OAuthConstants.Grant.JwtBearer, OAuthConstants.Grant.Password,
    ];

    private readonly string _grantType;

    /// <param name="backchannel">Sends the requests.</param>
    /// <param name="discovery">Reads the metadata.</param>
    /// <param name="client">The client.</param>
    /// <param name="scope">What is requested.</param>
    /// <param name="grantType">A provider's own grant, used like client credentials; the client may have no credential.</param>
    /// <exception cref="BearerTokenException">A credential is missing, or an option is invalid.</exception>
    public ClientCredentialsSource(
        OAuthBackchannel backchannel, Discovery discovery, OAuthClientOptions client, GrantScope scope, string? grantType = null)
        : base(grantType ?? Flow, new OAuthClient(backchannel, discovery, grantType is null ? Checked(client) : client), scope)
    {
        if (s_otherFlows.Contains(grantType, StringComparer.Ordinal))
        {
            throw new BearerTokenException($"The grant type {grantType} has its own parameters.")
            {
                ErrorId = "ReservedParameter",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Use them instead of -GrantType: -Interactive, -DeviceCode, -RefreshToken, -SubjectToken, -Assertion or "
                    + "-LegacyPassword.",
            };
        }

        _grantType = grantType ?? OAuthConstants.Grant.ClientCredentials;
    }

    public override async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var events = context.Events;
        var endpoint = await Client.ConnectAsync(events, cancel).ConfigureAwait(false);
        var response = await endpoint.RequestAsync(
            [new(OAuthConstants.Parameter.GrantType, _grantType), .. Scope.ToParameters()],
            events, cancel).ConfigureAwait(false);
        return new TokenResult(response.ToToken(Metadata));
    }

    /// <summary>The client identifies the token.</summary>
    protected override void AddTo(TokenKey.Builder key)
    {
        if (_grantType != OAuthConstants.Grant.ClientCredentials) key.Add("grant_type", _grantType);
    }

    private static OAuthClientOptions Checked(OAuthClientOptions client)
    {
        if (client is { Secret: null, Key: null, AuthenticationMethod: null })
        {
            throw new BearerTokenException($"The client {ServerText.Clean(client.ClientId, 100)} has no credential, which this flow needs.")
            {
                ErrorId = "ClientSecretMissing",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Pass its secret with -SecretFrom env:NAME or -ClientSecret, or its private key with -ClientKey.",
            };
        }

        return client;
    }
}
