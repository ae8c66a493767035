using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Revokes tokens at their authority (RFC 7009). Status 200 also covers a token that the authority does not know.
/// </summary>
internal sealed class Revocation(ClientEndpoint endpoint, IEventSink events)
{
    public const string DisplayName = "The revocation endpoint";

    /// <summary>
    /// Revokes the refresh token first, because it could still get new tokens; then the access token, which may outlive it
    /// (section 2.1). Each is attempted even if the other failed.
    /// </summary>
    /// <exception cref="BearerTokenException">A token could not be revoked.</exception>
    public async Task RevokeAsync(TokenResult result, CancellationToken cancel)
    {
        var validity = result.Token.ExpiresOn is { } end ? $" (valid until {TimeText.Of(end)})" : string.Empty;
        var accessName = $"Access token {result.Token.Fingerprint}{validity}";
        var refresh = result.RefreshToken is null
            ? null
            : await TryAsync(result.RefreshToken, OAuthConstants.Response.RefreshToken, "The refresh token",
                new RevocationStarted(null, null), cancel).ConfigureAwait(false);
        var access = await TryAsync(result.Token.Value, OAuthConstants.Response.AccessToken, accessName,
            new RevocationStarted(result.Token.Fingerprint, result.Token.ExpiresOn), cancel).ConfigureAwait(false);
        if ((refresh ?? access) is { } failure) throw failure;
    }

    private async Task<BearerTokenException?> TryAsync(
        Secret token, string kind, string name, RevocationStarted started, CancellationToken cancel)
    {
        if (events.IsEnabled(EventLevel.Verbose)) events.Write(started);
        try
        {
            await endpoint.PostAsync(
                [new(OAuthConstants.Parameter.Token, token.Reveal()), new(OAuthConstants.Parameter.TokenTypeHint, kind)],
                events, cancel).ConfigureAwait(false);
            return null;
        }
        catch (BearerTokenException e)
        {
            return NotRevoked(name, e);
        }
    }

    /// <summary>The error of a failed revocation: the token is still valid, even after a 503 (section 2.2.1).</summary>
    private static BearerTokenException NotRevoked(string name, BearerTokenException cause)
    {
        var isTransient = cause.Kind is BearerErrorKind.Server or BearerErrorKind.Connection or BearerErrorKind.Timeout;
        return cause.Within("TokenNotRevoked", $"{name} was not revoked and is still valid: {cause.Message}",
            isTransient ? "Try again later with Remove-BearerToken -Revoke and the same token." : cause.NextStep);
    }
}
