using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>Ends tokens at their authority (RFC 7009). An answer 200 also says that the token was not known, which is as good.</summary>
internal sealed class Revocation(ClientEndpoint endpoint, IEventSink events)
{
    public const string Who = "The revocation endpoint";

    /// <summary>
    /// The refresh token first: whoever has it could get new tokens meanwhile. Then the access token, which need not end
    /// with it (section 2.1). Each is tried, whatever became of the other.
    /// </summary>
    /// <exception cref="BearerTokenException">Something of it lives on.</exception>
    public async Task RevokeAsync(TokenResult held, CancellationToken cancel)
    {
        var lives = $"Access token {held.Token.Fingerprint}{(held.Token.ExpiresOn is { } end ? $" (valid until {TimeText.Of(end)})" : string.Empty)}";
        var refresh = held.RefreshToken is null ? null : await TryAsync(held.RefreshToken, OAuthConstants.ApiResponse.RefreshToken, "The refresh token", new RevocationStarted(null, null), cancel).ConfigureAwait(false);
        var access = await TryAsync(held.Token.Value, OAuthConstants.ApiResponse.AccessToken, lives, new RevocationStarted(held.Token.Fingerprint, held.Token.ExpiresOn), cancel).ConfigureAwait(false);
        if ((refresh ?? access) is { } failure) throw failure;
    }

    private async Task<BearerTokenException?> TryAsync(Secret token, string kind, string name, RevocationStarted started, CancellationToken cancel)
    {
        if (events.IsEnabled(EventLevel.Verbose)) events.Write(started);
        try
        {
            await endpoint.PostAsync([new(OAuthConstants.Parameter.Token, token.Reveal()), new(OAuthConstants.Parameter.TokenTypeHint, kind)], events, cancel).ConfigureAwait(false);
            return null;
        }
        catch (BearerTokenException e)
        {
            return Lives(name, e);
        }
    }

    /// <summary>Whatever went wrong, and be it 503, the token lives (section 2.2.1).</summary>
    private static BearerTokenException Lives(string name, BearerTokenException cause)
    {
        var mayPass = cause.Kind is BearerErrorKind.Server or BearerErrorKind.Connection or BearerErrorKind.Timeout;
        return cause.Within("TokenNotRevoked", $"{name} was not revoked and still lives: {cause.Message}",
            mayPass ? "Try again later: Remove-BearerToken with the same token and -Revoke." : cause.NextStep);
    }
}
