using System.Text.Json;
using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>Asks an authority about a token (RFC 7662), by a POST with the client's authentication: never with the token in an address.</summary>
internal sealed class Introspection(ClientEndpoint endpoint, IEventSink events)
{
    public const string Who = "The introspection endpoint";

    private const string Active = "active";

    /// <exception cref="BearerTokenException">It does not answer, or not to this client.</exception>
    public async Task<TokenContent> AskAsync(AccessToken token, CancellationToken cancel)
    {
        if (events.IsEnabled(EventLevel.Verbose)) events.Write(new IntrospectionStarted(token.Fingerprint));
        try
        {
            return Read(await endpoint.PostAsync(
                [new(OAuthConstants.Parameter.Token, token.Value.Reveal()), new(OAuthConstants.Parameter.TokenTypeHint, OAuthConstants.ApiResponse.AccessToken)], events, cancel).ConfigureAwait(false), token);
        }
        catch (BearerTokenException e)
        {
            throw e.Within("IntrospectionFailed", $"What token {token.Fingerprint} is good for could not be learnt: {e.Message}", e.NextStep);
        }
    }

    /// <summary><c>active</c> is required, and a boolean (section 2.2): whatever else stands there is no yes.</summary>
    private static TokenContent Read(BackchannelResponse response, AccessToken token)
    {
        var json = response.ReadJson();
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty(Active, out var active) && active.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return TokenContent.Of(token, active.GetBoolean(), Jwt.ReadClaims(json));
        throw new BearerTokenException($"{response.Sender} answered without '{Active}' as true or false, which RFC 7662 requires; it has {JsonPath.Names(json)}.")
        {
            Kind = BearerErrorKind.InvalidData,
            StatusCode = response.Status,
            NextStep = "Check that the address is an introspection endpoint.",
        };
    }
}
