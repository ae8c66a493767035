using System.Net;
using System.Text.Json;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>
/// What to do about a response that rejects who sent the request, or may do so. Each sentence is about what was sent: a token, in the
/// Authorization header or elsewhere, or a user name and a password.
/// </summary>
internal sealed class IdentityAdvice
{
    /// <summary>What Test-BearerConnection replaces, because it is the command that compares them.</summary>
    public const string CompareClocks = "compare the clocks with Test-BearerConnection";

    private const string Update = "run Update-BearerToken (with the -Token or -Profile of this command, if any)";

    private readonly ApiResponse _response;
    private readonly string? _words;

    /// <summary>What was sent; <see langword="null"/> if that is not known, as in the error of a mock: then it counts as a token.</summary>
    private readonly SentIdentity? _sent;

    /// <summary>The error code of the challenge or the body (RFC 6750 section 3.1), or <see langword="null"/>.</summary>
    private readonly string? _error;

    /// <summary>The schemes that the API asks for.</summary>
    private readonly string[] _asked;

    private IdentityAdvice(ApiResponse response, string? words, string? error)
    {
        (_response, _words, _sent, _error) = (response, words, response.Sent, error);
        _asked = [.. response.Message.Headers.WwwAuthenticate.Select(challenge => ServerText.Clean(challenge.Scheme, 50))
            .Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private bool IsUnauthorized => _response.Status == HttpStatusCode.Unauthorized;

    /// <summary>The advice; <see langword="null"/> if the response is not about who sent the request.</summary>
    /// <param name="response">A response without success.</param>
    /// <param name="words">What the API says; <see langword="null"/> if it says nothing.</param>
    /// <param name="body">The beginning of the body.</param>
    public static string? For(ApiResponse response, string? words, string? body)
    {
        var (status, template) = (response.Status, response.Template);
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound
            && template is { IsRedirected: true, IsCrossOrigin: true, CarriesToken: false })
        {
            return $"A redirect led to another origin, {template.Origin}, where no token is sent, because it is not for it: ask the API's "
                + "owner which address to use.";
        }

        // A proxy has challenges of its own.
        if (status == HttpStatusCode.ProxyAuthenticationRequired) return null;
        var error = Challenge.Error(response.Message) ?? CodeIn(body);
        if (status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            && error is not (Challenge.InvalidToken or Challenge.InsufficientScope))
            return null;
        var advice = new IdentityAdvice(response, words, error);
        return !template.CarriesToken ? $"No token is sent to {template.Origin}, because a redirect led there: ask the API's owner which "
                + "address to use."
            : SentBasic(response) ? advice.ForUser()
            : advice.ForToken();
    }

    /// <summary>True if the request was sent with a user name and a password (RFC 7617) instead of a token.</summary>
    public static bool SentBasic(ApiResponse response) => response.Sent is { IsBasic: true };

    /// <summary>The same codes are often only in the body.</summary>
    private static string? CodeIn(string? body) =>
        body is not null
            && ServerJson.TryParse(body) is { ValueKind: JsonValueKind.Object } json
            && json.TryGetProperty("error", out var code)
            && code.ValueKind == JsonValueKind.String
            && code.GetString() is Challenge.InvalidToken or Challenge.InsufficientScope
            ? code.GetString()
            : null;

    private string ForUser()
    {
        if (_asked.Length > 0 && !_asked.Contains(AuthScheme.Basic, StringComparer.OrdinalIgnoreCase))
        {
            var other = Challenge.Preferred(_asked);
            var advice = Challenge.NotSupported(other)
                ?? (_sent is { IsCredential: true }
                    ? "Send a token instead of -Credential: "
                        + (other == AuthScheme.Bearer ? "connect with Connect-BearerApi." : Lower(Challenge.AdviceFor(other)))
                    : other == AuthScheme.Bearer ? "Connect without -TokenScheme Basic." : Challenge.AdviceFor(other));
            return $"The API asks for the scheme {other}, not Basic. {advice}";
        }

        return IsUnauthorized || _error == Challenge.InvalidToken ? "Check the user name and the password."
            : IfUnsaid("check the user name, and the rights of the user.");
    }

    private string ForToken() => _error switch
    {
        Challenge.InsufficientScope => IsUnauthorized ? ScopeNeeded() : $"The token is good, but lacks a scope. {ScopeNeeded()}",
        Challenge.InsufficientClaims when IsUnauthorized =>
            "The API requires a token that meets its conditions, such as a recent sign-in: run Update-BearerToken. "
            + "Claims can only be requested for tokens from -TenantId.",
        "invalid_dpop_proof" when IsUnauthorized => "Check this machine's clock: DPoP proofs are valid for a short time only.",
        DPoPKey.NonceRequired when IsUnauthorized =>
            "The API requires a nonce and rejects the one that it issued: report it to the API's owner.",
        Challenge.InvalidToken when Challenge.SaysExpired(_response.Message, _words) =>
            $"The API says that the token has expired: {Another()}. If the new one is rejected too, {CompareClocks}.",
        _ when (IsUnauthorized || _error == Challenge.InvalidToken) && WrongForm() is { } advice => advice,
        Challenge.InvalidToken when !IsUnauthorized =>
            $"The API says that the token is invalid: check its audience, or {Another()}.",
        _ when IsUnauthorized => Unsuitable(),
        _ => IfUnsaid("check the scopes and roles of the token (Test-BearerToken -Detailed), and the rights of its user or client."),
    };

    private string IfUnsaid(string check) =>
        _words is null ? $"The API does not say why: {check}" : $"If the API's message does not say why, {check}";

    private string Unsuitable() => $"Check that the token is for this API (its audience and scopes), or {Another()}.";

    /// <summary>The advice for a token that was not sent as the API asks for it; <see langword="null"/> if the form may be right.</summary>
    private string? WrongForm()
    {
        if (_asked.Length == 0) return null;
        if (_sent is null or { Scheme: not null })
        {
            var scheme = _sent?.Scheme ?? AuthScheme.Bearer;
            if (Challenge.OtherSchemes(_asked, scheme) is { Count: > 0 } others)
            {
                var other = Challenge.Preferred(others);
                return $"The API asks for the scheme {other}, not {ServerText.Clean(scheme, 50)}. {Challenge.AdviceFor(other)}";
            }
        }

        if (_sent is not { Parameter: { } parameter } sent || _asked.Contains(sent.Scheme, StringComparer.OrdinalIgnoreCase)) return null;
        // Not certain: many APIs that take the token elsewhere challenge with Bearer all the same.
        var asked = Challenge.Preferred(_asked);
        var form = $"The token was sent as {ServerText.Clean(sent.Shown, 200)}, and the API asks for the scheme {asked}.";
        if (Challenge.NotSupported(asked) is { } advice) return $"{form} {advice}";
        var change = asked switch
        {
            AuthScheme.Bearer => $"connect without {parameter}",
            AuthScheme.Basic => "use Invoke-BearerRequest … -Authentication Basic -Credential NAME",
            DPoPKey.TokenType => $"connect with -DPoP, and without {parameter}",
            _ when parameter == "-TokenScheme" => $"connect with -TokenScheme {asked}",
            _ => $"connect with -TokenScheme {asked} instead of {parameter}",
        };
        return $"{form} If its documentation does so too, {change}. Otherwise, {Lower(Unsuitable())}";
    }

    /// <summary>How to get another token, which depends on where this one is from.</summary>
    private string Another() => _sent?.Source switch
    {
        { Place: { } place } => $"see that {place} has a new one, and {Update}",
        { IsGiven: true } => "get a new one where it came from, and connect with it or pass it with -Token",
        _ => $"get a new one: {Update}",
    };

    private string ScopeNeeded()
    {
        var scope = Challenge.Scope(_response.Message);
        return _sent?.Source is { IsGiven: true }
            ? $"Get one with the scope {(scope is null ? "that the API requires" : $"'{scope}'")} from where it came."
            : $"Get a token with the scope that the API requires{(scope is null ? string.Empty : $": -Scope '{scope}'")}.";
    }

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];
}
