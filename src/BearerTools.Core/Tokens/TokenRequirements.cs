using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>What a token has to be good for, and the reasons why one is not.</summary>
internal sealed record TokenRequirements
{
    /// <summary>How far this machine's clock and the authority's may differ when a token has only just begun.</summary>
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromMinutes(5);

    /// <summary>How long it must still live; nothing when it is enough that it lives now.</summary>
    public TimeSpan? MinimumLifetime { get; init; }

    /// <summary>It must be for one of these; any will do when there are none.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>It must have all of these.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The reasons, as sentences for people; none when it will do.</summary>
    public IReadOnlyList<string> Unmet(TokenContent token, DateTimeOffset now)
    {
        var reasons = new List<string>();
        if (token.IsActive == false)
        {
            // What else such an answer holds says nothing (RFC 7662 section 2.2).
            reasons.Add("The authority says that it is not active: it has run out, was revoked, is not one of its own, or is not this client's to ask about.");
            return reasons;
        }

        AddLifetime(reasons, token, now);
        AddAudience(reasons, token);
        AddScopes(reasons, token);
        return reasons;
    }

    private void AddLifetime(List<string> reasons, TokenContent token, DateTimeOffset now)
    {
        // An end that is stated and cannot be read is not the same as none: the token may be long over.
        foreach (var claim in token.UnreadableTimes) reasons.Add($"Its claim '{claim}' is not a time that can be read: RFC 7519 wants seconds since 1970, as a number.");
        if (token.NotBefore is { } start && start > now + s_clockSkew) reasons.Add($"It is not valid before {TimeText.Of(start)}.");
        if (token.ExpiresOn is not { } end)
        {
            if (MinimumLifetime is { } requested) reasons.Add($"Nobody says when it ends, so that {TimeText.Span(requested)} cannot be promised.");
        }
        else if (end <= now)
        {
            reasons.Add($"It ran out at {TimeText.Of(end)}.");
        }
        else if (end - now < MinimumLifetime)
        {
            reasons.Add($"It lives only {TimeText.Span(end - now)} more, until {TimeText.Of(end)}, not {TimeText.Span(MinimumLifetime.Value)}.");
        }
    }

    private void AddAudience(List<string> reasons, TokenContent token)
    {
        if (Audiences.Count == 0) return;
        if (token.Audiences is not { } actual)
            reasons.Add("For whom it is cannot be seen in it: its authority may tell (-Online).");
        else if (!actual.Intersect(Audiences, StringComparer.Ordinal).Any())
            reasons.Add($"It is for {List(actual)}, not for {List(Audiences)}.");
    }

    private void AddScopes(List<string> reasons, TokenContent token)
    {
        var missing = Scopes.Except(token.Scopes, StringComparer.Ordinal).ToArray();
        if (missing.Length > 0) reasons.Add($"It lacks the scope {List(missing)}; it has {(token.Scopes.Count == 0 ? "none that can be seen" : List(token.Scopes))}.");
    }

    private static string List(IReadOnlyList<string> words) => words.Count == 0 ? "nobody" : string.Join(", ", words.Select(word => $"'{ServerText.Clean(word, 200)}'"));
}
