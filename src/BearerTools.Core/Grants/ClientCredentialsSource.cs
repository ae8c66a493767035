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

    /// <exception cref="BearerTokenException">A credential is missing, or an option is invalid.</exception>
    public ClientCredentialsSource(OAuthBackchannel backchannel, Discovery discovery, OAuthClientOptions client, GrantScope scope)
        : base(Flow, new OAuthClient(backchannel, discovery, Checked(client)), scope)
    {
    }

    public override async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var events = context.Events;
        var endpoint = await Client.ConnectAsync(events, cancel).ConfigureAwait(false);
        var response = await endpoint.RequestAsync(
            [new(OAuthConstants.Parameter.GrantType, OAuthConstants.Grant.ClientCredentials), .. Scope.ToParameters()],
            events, cancel).ConfigureAwait(false);
        return new TokenResult(response.ToToken(Metadata));
    }

    /// <summary>Adds nothing: the client identifies the token.</summary>
    protected override void AddTo(TokenKey.Builder key)
    {
    }

    private static OAuthClientOptions Checked(OAuthClientOptions client)
    {
        if (client is { Secret: null, Key: null, AuthenticationMethod: null })
        {
            throw new BearerTokenException($"The client {ServerText.Clean(client.ClientId, 100)} has no credential, which this flow needs.")
            {
                ErrorId = "ClientSecretMissing",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Pass its secret, a reference to it such as env:NAME or file:PATH, or its private key.",
            };
        }

        return client;
    }
}
