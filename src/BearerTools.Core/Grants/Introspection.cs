using System.Text.Json;
using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Introspects a token (RFC 7662) with an authenticated POST, so that the token is never part of an address.
/// </summary>
internal sealed class Introspection(ClientEndpoint endpoint, IEventSink events)
{
    public const string DisplayName = "The introspection endpoint";

    private const string Active = "active";

    /// <exception cref="BearerTokenException">The endpoint did not respond, or rejected the client.</exception>
    public async Task<TokenContent> IntrospectAsync(AccessToken token, CancellationToken cancel)
    {
        if (events.IsEnabled(EventLevel.Verbose)) events.Write(new IntrospectionStarted(token.Fingerprint));
        try
        {
            return Read(await endpoint.PostAsync(
                [
                    new(OAuthConstants.Parameter.Token, token.Value.Reveal()),
                    new(OAuthConstants.Parameter.TokenTypeHint, OAuthConstants.Response.AccessToken),
                ],
                events, cancel).ConfigureAwait(false), token);
        }
        catch (BearerTokenException e)
        {
            throw e.Within("IntrospectionFailed", $"Token {token.Fingerprint} could not be introspected: {e.Message}", e.NextStep);
        }
    }

    /// <summary>
    /// Reads the response. <c>active</c> is required and must be a boolean (section 2.2); no other value counts as true.
    /// </summary>
    private static TokenContent Read(BackchannelResponse response, AccessToken token)
    {
        var json = response.ReadJson();
        if (json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty(Active, out var active)
            && active.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return TokenContent.Of(token, active.GetBoolean(), Jwt.ReadClaims(json));
        throw new BearerTokenException(
            $"The response of {BackchannelErrors.InSentence(response.Sender)} has no boolean '{Active}', which RFC 7662 requires; it has "
            + $"{JsonPath.Names(json)}.")
        {
            Kind = BearerErrorKind.InvalidData,
            StatusCode = response.Status,
            NextStep = "Check that the address is an introspection endpoint.",
        };
    }
}
