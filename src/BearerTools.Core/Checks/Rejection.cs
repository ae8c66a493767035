using System.Net;
using BearerTools.Composition;
using BearerTools.Http;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Checks;

/// <summary>Finds the step that made an API reject the token, from what the API says and from what the token contains.</summary>
/// <param name="steps">The checklist.</param>
/// <param name="response">The API's response.</param>
/// <param name="probe">The connection that was tried before; <see langword="null"/> for a mock.</param>
internal sealed class Rejection(CheckSteps steps, ApiResponse response, NetworkProbe? probe)
{
    /// <summary>Most APIs tolerate up to five minutes; some none at all.</summary>
    private static readonly TimeSpan s_harmfulSkew = TimeSpan.FromMinutes(1);

    public void Explain(Connection connection, AccessToken token)
    {
        if (response.Status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)) return;
        if (Challenge.Error(response.Message) == Challenge.InsufficientScope) BlameScopes(token, connection.Tokens.Source.IsGiven);
        else if (OtherSchemes(connection, token) is { Count: > 0 } others) BlameHeader(connection, token, others);
        else if (probe?.ServerAhead is { } ahead && ahead.Duration() >= s_harmfulSkew) BlameClock();
        else if (WrongAudience(token) is { } audience) BlameAudience(audience);
    }

    private void BlameScopes(AccessToken token, bool isGiven)
    {
        var needed = Challenge.Scope(response.Message);
        var has = TokenContent.Of(token).Scopes;
        var owns = has.Count == 0 ? "shows no scopes" : $"has {ServerText.Clean(string.Join(' ', has), 300)}";
        steps.Fail(
            CheckSteps.Scopes,
            needed is null ? "the API requires another scope" : $"the API requires {needed}",
            needed is null
                ? $"The API requires a scope that the token lacks, and does not name it. The token {owns}."
                : $"The API requires the scope {needed}. The token {owns}.",
            (isGiven
                    ? "Get a token with the scope from where this one came."
                    : $"Connect with the scope: Connect-BearerApi … -Scope {needed ?? "NAME"}.")
                + " The client or the user must be allowed to use it.",
            "InsufficientScope");
    }

    /// <summary>The schemes that the API asks for, if the token's is not among them.</summary>
    private IReadOnlyList<string> OtherSchemes(Connection connection, AccessToken token) => Challenge.OtherSchemes(
        response.Message.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme).Concat(probe?.Challenges ?? []),
        connection.Placement.SchemeOf(token));

    private void BlameHeader(Connection connection, AccessToken token, IReadOnlyList<string> others)
    {
        var (sent, asked) = (connection.Placement.Shown(token.TokenType), string.Join(" or ", others));
        steps.Fail(
            CheckSteps.Header,
            $"sent as {sent}; the API asks for {asked}",
            $"The token is sent as {sent}, but the API asks for the scheme {asked}.",
            Challenge.AdviceFor(Challenge.Preferred(others)),
            "HeaderForm");
    }

    private void BlameClock()
    {
        var clock = steps[CheckSteps.Clock];
        steps.Fail(CheckSteps.Clock, clock.Found, $"{clock.Cause} The API rejected the token.", clock.NextStep, "ClockSkew");
    }

    private void BlameAudience(string audience)
    {
        var host = ServerText.Clean(response.Template.Address.IdnHost, 255);
        steps.Fail(
            CheckSteps.Audience,
            $"{audience}, which is not {host}",
            $"The token is for {audience}, and the API at {host} rejected it.",
            "Get a token for this API: Connect-BearerApi … -Scope or -Resource as the API's documentation says.",
            "WrongAudience");
    }

    /// <summary>
    /// The audience if it is the address of another host, or <see langword="null"/>. Other audiences are names that say nothing about the
    /// host, and an API may accept a token for a parent domain.
    /// </summary>
    private string? WrongAudience(AccessToken token)
    {
        if (Jwt.Texts(token.Claims, "aud") is not { Length: > 0 } audiences) return null;
        var host = response.Template.Address.IdnHost;
        foreach (var audience in audiences)
        {
            if (!AddressParser.TryParse(audience, out var place)
                || (place.Scheme != Uri.UriSchemeHttps && place.Scheme != Uri.UriSchemeHttp)
                || !Origin.TryOf(place, out var origin)
                || IsRelated(origin.Host, host))
                return null;
        }

        return ServerText.Clean(string.Join(", ", audiences.Take(3)), 200);
    }

    private static bool IsRelated(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase)
        || one.EndsWith($".{other}", StringComparison.OrdinalIgnoreCase)
        || other.EndsWith($".{one}", StringComparison.OrdinalIgnoreCase)
        || Domain(one).Equals(Domain(other), StringComparison.OrdinalIgnoreCase);

    /// <summary>The last two labels. Under a public suffix of two labels, hosts seem related that are not: then nothing is said.</summary>
    private static string Domain(string host) => string.Join('.', host.Split('.')[^Math.Min(2, host.Split('.').Length)..]);
}
