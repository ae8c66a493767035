using System.Collections.Frozen;
using System.Net.Http.Headers;
using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>
/// How a connection sends its token: by default in the Authorization header after the token's type; for other APIs after another word, in
/// a header of its own, or in a cookie. Wherever it is sent, the same rules apply to it: only to the connection's origins, never shown.
/// </summary>
internal sealed record TokenPlacement
{
    private const string Authorization = "Authorization";
    private const string CookieHeader = "Cookie";
    private const int LongestScheme = 40;
    private const int LongestWithDigits = 20;

    /// <summary>Headers that describe the message or the connection, and those that have a parameter of their own.</summary>
    private static readonly FrozenSet<string> s_reserved = new[]
    {
        CookieHeader, "Host", "Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Expect", "Range", "If-Range",
        "Accept-Encoding", "Proxy-Authorization", DPoPKey.Header,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private TokenPlacement()
    {
    }

    /// <summary>The Authorization header, with the token's type (RFC 6750 section 2.1).</summary>
    public static TokenPlacement Default { get; } = new();

    /// <summary>The word before the token; empty for none, <see langword="null"/> for the default.</summary>
    public string? Scheme { get; private init; }

    /// <summary>The header that contains the token instead of Authorization, or <see langword="null"/>.</summary>
    public string? Header { get; private init; }

    /// <summary>The cookie that contains the token instead of a header, or <see langword="null"/>.</summary>
    public string? Cookie { get; private init; }

    public bool IsDefault => Scheme is null && Header is null && Cookie is null;

    /// <returns>The placement, or <see langword="null"/> if nothing is given.</returns>
    /// <exception cref="BearerTokenException">A name is not valid.</exception>
    public static TokenPlacement? Create(string? scheme, string? header, string? cookie)
    {
        (header, cookie) = (header?.Trim(), cookie?.Trim());
        // Only the empty text stands for no scheme.
        if (!string.IsNullOrWhiteSpace(scheme)) scheme = scheme.Trim();
        if (scheme is { Length: > 0 }) Check("scheme", scheme, HttpToken.Is(scheme) && !MayBeSecret(scheme));
        if (header is not null)
            Check("header", header, HttpToken.Is(header), isAllowed: !IsReserved(header));
        if (cookie is not null) Check("cookie", cookie, HttpToken.Is(cookie));
        return scheme is null && header is null && cookie is null
            ? null
            : new TokenPlacement { Scheme = scheme, Header = header, Cookie = cookie };
    }

    /// <summary>The scheme that a challenge for this token names (RFC 9110 section 11.6.1).</summary>
    public string SchemeOf(AccessToken token) => Scheme is { Length: > 0 } word ? word : token.TokenType;

    /// <summary>Adds the token to a message. A header or cookie of the same name from the caller is replaced.</summary>
    /// <exception cref="BearerTokenException">The token is not for APIs, or cannot be sent in a cookie.</exception>
    public void Attach(HttpRequestHeaders headers, AccessToken token)
    {
        if (token.ProofKey is not null || IsDefault)
        {
            headers.TryAddWithoutValidation(Authorization, token.AuthorizationHeader);
        }
        else if (Cookie is not null)
        {
            var others = headers.NonValidated.TryGetValues(CookieHeader, out var values) ? WithoutOurs(string.Join("; ", values)) : [];
            headers.Remove(CookieHeader);
            headers.TryAddWithoutValidation(CookieHeader, string.Join("; ", [.. others, $"{Cookie}={CookieValue(token)}"]));
        }
        else
        {
            var name = Header ?? Authorization;
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, Scheme is { Length: > 0 } word ? $"{word} {token.SendableText}" : token.SendableText);
        }
    }

    /// <summary>Where the token is sent, without the token, such as <c>Authorization: Bearer</c>.</summary>
    /// <param name="tokenType">The token's type.</param>
    public string Shown(string tokenType)
    {
        if (Cookie is not null) return $"{CookieHeader}: {Cookie}";
        var word = Header is null ? Scheme ?? tokenType : Scheme;
        return $"{Header ?? Authorization}{(word is { Length: > 0 } ? $": {word}" : string.Empty)}";
    }

    private IEnumerable<string> WithoutOurs(string cookies) => cookies
        .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Where(pair => !string.Equals(pair.Split('=')[0].TrimEnd(), Cookie, StringComparison.Ordinal));

    /// <summary>RFC 6265 section 4.1.1: these characters would end the value.</summary>
    private static string CookieValue(AccessToken token) => token.SendableText.AsSpan().IndexOfAny("\";,\\") < 0
        ? token.SendableText
        : throw new BearerTokenException(
            $"Token {token.Fingerprint} cannot be sent in a cookie: it contains a character that ends the value.")
        {
            ErrorId = "TokenNotForCookies",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Send it in a header: -SendTokenInHeader NAME.",
        };

    /// <summary>
    /// True for what has the form of a credential, or is longer than schemes are: a scheme is shown and saved. AWS4-HMAC-SHA256 and the
    /// like have digits.
    /// </summary>
    private static bool MayBeSecret(string scheme) => scheme.Length > LongestScheme
        || CredentialForms.Redact(scheme, LiveSecrets.Mark) != scheme
        || (scheme.Length > LongestWithDigits && scheme.Any(char.IsAsciiDigit));

    private static bool IsReserved(string header) =>
        s_reserved.Contains(header) || header.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);

    private static void Check(string what, string name, bool isName, bool isAllowed = true)
    {
        if (isName && isAllowed) return;
        var shown = isName ? $"'{ServerText.Clean(name)}'" : "The text (it is not shown, because it may contain the token)";
        throw new BearerTokenException($"{shown} is not a {what} that a token can be sent with.")
        {
            ErrorId = "TokenPlacementRefused",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Give only its name, such as -TokenScheme SSWS, -SendTokenInHeader X-Auth-Token or -SendTokenInCookie session.",
        };
    }
}
