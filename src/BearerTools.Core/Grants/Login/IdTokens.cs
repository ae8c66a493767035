using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Grants.Login;

/// <summary>The ID tokens of a client's logins: each is checked, and used for the name of who logged in.</summary>
internal sealed class IdTokens(OAuthClient client, bool isAskedFor)
{
    private const string OpenId = OAuthConstants.Authorization.OpenIdScope;

    /// <param name="metadata">The authority that was asked; nothing where its endpoints were given by hand.</param>
    /// <param name="response">What the token endpoint answered.</param>
    /// <param name="nonce">What the ID token has to repeat, where something was sent.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Ends the request for the keys.</param>
    /// <returns>Who logged in, where that is said.</returns>
    /// <exception cref="BearerTokenException">The ID token is missing, or is not for this login.</exception>
    public async Task<string?> AccountAsync(AuthorityMetadata? metadata, TokenResponse response, string? nonce, IEventSink events, CancellationToken cancel)
    {
        if (metadata is null)
        {
            if (response.IdToken is not null && events.IsEnabled(EventLevel.Verbose)) events.Write(new IdTokenIgnored());
            return null;
        }

        var isDue = isAskedFor && response.Scopes?.Contains(OpenId, StringComparer.Ordinal) != false;
        if (response.IdToken is not { } idToken)
        {
            return !isDue ? null : throw Unusable("IdTokenMissing", $"The authority {metadata.Issuer} gave no ID token, though the scope {OpenId} was asked for.",
                $"Leave the scope {OpenId} out if only an access token is needed.");
        }

        var keys = await client.AuthorityKeys.GetAsync(metadata, known => IdTokenCheck.IsSigned(idToken, known), cancel).ConfigureAwait(false);
        var check = new IdTokenCheck { Issuer = metadata.Issuer, ClientId = client.ClientId, Nonce = nonce, Algorithms = metadata.IdTokenSigningAlgorithms, AccessToken = response.AccessToken };
        var claims = check.Check(idToken, keys, client.Time.GetUtcNow());
        return Jwt.Text(claims, "preferred_username") ?? Jwt.Text(claims, "upn") ?? Jwt.Text(claims, "email") ?? Jwt.Text(claims, "sub");
    }

    private static BearerTokenException Unusable(string id, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = BearerErrorKind.Security, NextStep = nextStep };
}
