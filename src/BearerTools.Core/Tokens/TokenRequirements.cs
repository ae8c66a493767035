using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>Requirements for a token. Lists the reasons why a token does not meet them.</summary>
internal sealed record TokenRequirements
{
    /// <summary>Tolerated difference between the local clock and the authority's, for tokens that are not valid yet.</summary>
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Minimum remaining lifetime, or <see langword="null"/> if the token only has to be valid now.</summary>
    public TimeSpan? MinimumLifetime { get; init; }

    /// <summary>Accepted audiences; the token must have one of them. Empty accepts all.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Required scopes; the token must have all of them.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The requirements that the token does not meet, as sentences; empty if it meets all.</summary>
    public IReadOnlyList<string> Unmet(TokenContent token, DateTimeOffset now)
    {
        var reasons = new List<string>();
        if (token.IsActive == false)
        {
            // Other members of such a response have no meaning (RFC 7662 section 2.2).
            reasons.Add(
                "The authority reports the token as inactive: it has expired, was revoked, was not issued there, or this client may not "
                    + "introspect it.");
            return reasons;
        }

        AddLifetime(reasons, token, now);
        AddAudience(reasons, token);
        AddScopes(reasons, token);
        return reasons;
    }

    private void AddLifetime(List<string> reasons, TokenContent token, DateTimeOffset now)
    {
        // An unreadable expiry time is not the same as none: the token may have expired long ago.
        foreach (var claim in token.UnreadableTimes)
            reasons.Add($"Its claim '{claim}' is not a valid timestamp: RFC 7519 requires seconds since 1970, as a number.");
        if (token.NotBefore is { } start && start > now + s_clockSkew) reasons.Add($"It is not valid before {TimeText.Of(start)}.");
        if (token.ExpiresOn is not { } end)
        {
            if (MinimumLifetime is { } minimum)
                reasons.Add($"Its expiry time is unknown, so a lifetime of {TimeText.Span(minimum)} is not certain.");
        }
        else if (end <= now)
        {
            reasons.Add($"It expired at {TimeText.Of(end)}.");
        }
        else if (end - now < MinimumLifetime)
        {
            reasons.Add(
                $"It expires in {TimeText.Span(end - now)}, at {TimeText.Of(end)}; the required lifetime is "
                    + $"{TimeText.Span(MinimumLifetime.Value)}.");
        }
    }

    private void AddAudience(List<string> reasons, TokenContent token)
    {
        if (Audiences.Count == 0) return;
        if (token.Audiences is not { } actual)
            reasons.Add("It does not show its audience; its authority may know it (-Online).");
        else if (!actual.Intersect(Audiences, StringComparer.Ordinal).Any())
            reasons.Add($"Its audience is {List(actual)}, not {List(Audiences)}.");
    }

    private void AddScopes(List<string> reasons, TokenContent token)
    {
        var missing = Scopes.Except(token.Scopes, StringComparer.Ordinal).ToArray();
        if (missing.Length > 0)
            reasons.Add(
                $"It lacks the scope {List(missing)}; it has {(token.Scopes.Count == 0 ? "no visible scopes" : List(token.Scopes))}.");
    }

    private static string List(IReadOnlyList<string> names) =>
        names.Count == 0 ? "none" : string.Join(", ", names.Select(name => $"'{ServerText.Clean(name, 200)}'"));
}
