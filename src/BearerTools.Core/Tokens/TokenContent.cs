namespace BearerTools.Tokens;

/// <summary>What is known about a token, from the token itself or from its authority.</summary>
internal sealed record TokenContent
{
    private const string Expiry = "exp";
    private const string NotBeforeClaim = "nbf";
    private const string Audience = "aud";

    /// <summary>
    /// True if the authority reports the token as active (RFC 7662 section 2.2); <see langword="null"/> if it was not asked.
    /// </summary>
    public bool? IsActive { get; init; }

    public DateTimeOffset? ExpiresOn { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Time claims that are not valid timestamps, such as an <c>exp</c> in milliseconds or as text.</summary>
    public IReadOnlyList<string> UnreadableTimes { get; init; } = [];

    /// <summary>The audiences, or <see langword="null"/> if unknown, as for an opaque token.</summary>
    public IReadOnlyList<string>? Audiences { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyDictionary<string, object?>? Claims { get; init; }

    public static TokenContent Of(AccessToken token) => new()
    {
        ExpiresOn = token.ExpiresOn,
        NotBefore = Jwt.Time(token.Claims, NotBeforeClaim),
        UnreadableTimes = UnreadableIn(token.Claims),
        Audiences = Jwt.Texts(token.Claims, Audience),
        Scopes = Scope(token.Claims) ?? token.Scopes,
        Claims = token.Claims,
    };

    /// <param name="token">The token that was introspected.</param>
    /// <param name="isActive">True if the authority reports the token as active.</param>
    /// <param name="claims">The other members of the response; missing ones are taken from the token.</param>
    public static TokenContent Of(AccessToken token, bool isActive, IReadOnlyDictionary<string, object?> claims)
    {
        var seen = Of(token);
        return new TokenContent
        {
            IsActive = isActive,
            ExpiresOn = Jwt.Time(claims, Expiry) ?? seen.ExpiresOn,
            NotBefore = Jwt.Time(claims, NotBeforeClaim) ?? seen.NotBefore,
            UnreadableTimes = [.. UnreadableIn(claims).Union(seen.UnreadableTimes)],
            Audiences = Jwt.Texts(claims, Audience) ?? seen.Audiences,
            Scopes = Scope(claims) ?? seen.Scopes,
            Claims = claims,
        };
    }

    private static string[] UnreadableIn(IReadOnlyDictionary<string, object?>? claims) => claims is null
        ? []
        : [.. new[] { Expiry, NotBeforeClaim }.Where(name => claims.ContainsKey(name) && Jwt.Time(claims, name) is null)];

    /// <summary>Reads the scopes from <c>scope</c> (RFC 9068 section 2.2.3) or <c>scp</c>, which some servers write as a list.</summary>
    private static string[]? Scope(IReadOnlyDictionary<string, object?>? claims) =>
        (Jwt.Texts(claims, "scope") ?? Jwt.Texts(claims, "scp"))?.SelectMany(
            scope => scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
}
