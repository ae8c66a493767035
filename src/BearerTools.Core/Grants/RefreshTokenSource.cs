using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Gets a token with a refresh token that the user supplies (RFC 6749 section 6); renewals use its successors.
/// </summary>
internal sealed class RefreshTokenSource : OAuthSource
{
    public const string Flow = "RefreshToken";

    private readonly SecretReference _reference;
    private Secret? _first;

    /// <exception cref="BearerTokenException">The options are invalid.</exception>
    public RefreshTokenSource(OAuthClient client, SecretReference refreshToken, GrantScope scope) : base(Flow, client, scope)
    {
        _reference = refreshToken;
        _first = refreshToken.Immediate;
    }

    /// <summary>False: the authority may have replaced the supplied token.</summary>
    public override bool CanStartOver => false;

    public override async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var events = context.Events;
        var endpoint = await Client.ConnectAsync(events, cancel).ConfigureAwait(false);

        // A changed value at the reference was put there on purpose, and is newer than the successors of the first one.
        var given = _reference.Read();
        _first ??= given;
        var isNew = given.Reveal() != _first.Reveal();
        var token = isNew || endpoint.RefreshTokens.Contain(given) ? given : context.Previous?.RefreshToken ?? given;
        try
        {
            var result = await RefreshTokenRequest.SendAsync(
                endpoint, token, Scope.ToParameters(), Metadata, events, cancel).ConfigureAwait(false);
            if (result.RefreshToken is { } next && next.Reveal() != given.Reveal())
                await _reference.StoreAsync(next, events, cancel).ConfigureAwait(false);
            return result;
        }
        catch (BearerTokenException e) when (e.Error == OAuthConstants.Error.InvalidGrant)
        {
            throw new BearerTokenException(e.Message, e.Error, e.ErrorDescription, e.StatusCode)
            {
                ErrorUri = e.ErrorUri,
                ErrorId = e.ErrorId,
                Kind = e.Kind,
                NextStep = "The refresh token has expired, was revoked, belongs to another client, or was used before "
                    + "(by another program, perhaps). Sign in again with Get-BearerToken -Interactive or -DeviceCode, or "
                    + $"{(_reference.CanChange ? $"put a new one into {_reference.Shown}" : "pass a new one with -RefreshToken")}.",
            };
        }
    }

    protected override void AddTo(TokenKey.Builder key) =>
        key.AddIdentifyingSecret("refresh_token", _reference.IsSlow ? null : _first, _reference.Place);
}
