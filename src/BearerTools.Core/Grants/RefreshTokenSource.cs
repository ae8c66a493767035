using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>A token by a refresh token that the user has from somewhere (RFC 6749 section 6); from then on by its successors.</summary>
internal sealed class RefreshTokenSource : OAuthSource
{
    public const string Flow = "RefreshToken";

    private readonly SecretReference _reference;
    private readonly Secret _first;

    /// <exception cref="BearerTokenException">What was given cannot be used.</exception>
    public RefreshTokenSource(OAuthClient client, SecretReference refreshToken, GrantScope scope) : base(Flow, client, scope)
    {
        _reference = refreshToken;
        _first = refreshToken.Read();
    }

    /// <summary>The authority may have replaced the token that was given.</summary>
    public override bool CanStartOver => false;

    public override async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var events = context.Events;
        var endpoint = await Client.ConnectAsync(events, cancel).ConfigureAwait(false);

        // Another than at first in its place was put there by someone, and is newer than what was got from the first.
        var given = _reference.Read();
        var isNew = given.Reveal() != _first.Reveal();
        var token = isNew || endpoint.RefreshTokens.Contain(given) ? given : context.Previous?.RefreshToken ?? given;
        try
        {
            return await RefreshTokenRequest.SendAsync(endpoint, token, Scope.ToParameters(), Metadata, events, cancel).ConfigureAwait(false);
        }
        catch (BearerTokenException e) when (e.Error == OAuthConstants.Error.InvalidGrant)
        {
            throw new BearerTokenException(e.Message, e.Error, e.ErrorDescription, e.StatusCode)
            {
                ErrorUri = e.ErrorUri,
                ErrorId = e.ErrorId,
                Kind = e.Kind,
                NextStep = "The refresh token has run out, was revoked, is another client's, or was used before (by another program, perhaps). "
                    + $"Log in again with Get-BearerToken -Interactive or -DeviceCode, or {(_reference.CanChange ? $"put a new one into {_reference.Text}" : "give a new one with -RefreshToken")}.",
            };
        }
    }

    protected override void AddTo(TokenKey.Builder key) => key.AddIdentifyingSecret("refresh_token", _first, _reference.Text);
}
