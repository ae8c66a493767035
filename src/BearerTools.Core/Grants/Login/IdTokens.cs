using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Grants.Login;

/// <summary>Validates the ID tokens of a client's sign-ins and reads the account's name from them.</summary>
internal sealed class IdTokens(OAuthClient client, bool isRequested)
{
    private const string OpenId = OAuthConstants.Authorization.OpenIdScope;

    /// <param name="metadata">The authority's metadata; <see langword="null"/> if the user supplied the endpoints.</param>
    /// <param name="response">The token endpoint's response.</param>
    /// <param name="nonce">The nonce that the ID token must repeat, or <see langword="null"/>.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Cancels the request for the keys.</param>
    /// <returns>The account that signed in, or <see langword="null"/> if it is not known.</returns>
    /// <exception cref="BearerTokenException">The ID token is missing or not valid for this sign-in.</exception>
    public async Task<string?> AccountAsync(
        AuthorityMetadata? metadata, TokenResponse response, string? nonce, IEventSink events, CancellationToken cancel)
    {
        if (metadata is null)
        {
            if (response.IdToken is not null && events.IsEnabled(EventLevel.Verbose)) events.Write(new IdTokenIgnored());
            return null;
        }

        var isExpected = isRequested && response.Scopes?.Contains(OpenId, StringComparer.Ordinal) != false;
        if (response.IdToken is not { } idToken)
        {
            return !isExpected
                ? null
                : throw Unusable("IdTokenMissing",
                    $"The authority {metadata.Issuer} returned no ID token although the scope {OpenId} was requested.",
                $"Omit the scope {OpenId} if only an access token is needed.");
        }

        var keys = await client.AuthorityKeys.GetAsync(
            metadata, known => IdTokenCheck.IsSigned(idToken, known), cancel).ConfigureAwait(false);
        var check = new IdTokenCheck
        {
            Issuer = metadata.Issuer,
            ClientId = client.ClientId,
            Nonce = nonce,
            Algorithms = metadata.IdTokenSigningAlgorithms,
            AccessToken = response.AccessToken,
        };
        var claims = check.Check(idToken, keys, client.Time.GetUtcNow());
        return Jwt.Text(claims, "preferred_username") ?? Jwt.Text(claims, "upn") ?? Jwt.Text(claims, "email") ?? Jwt.Text(claims, "sub");
    }

    private static BearerTokenException Unusable(string id, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = BearerErrorKind.Security, NextStep = nextStep };
}
