using BearerTools.Diagnostics;

namespace BearerTools.Tokens;

/// <summary>What one request for a token starts from, besides its source.</summary>
internal sealed record TokenRequestContext
{
    /// <summary>A first request without listener, prompt or claims.</summary>
    public static TokenRequestContext Default { get; } = new();

    /// <summary>The last result of the same source, for its refresh token or account; <see langword="null"/> the first time.</summary>
    public TokenResult? Previous { get; init; }

    /// <summary>Receives diagnostic events.</summary>
    public IEventSink Events { get; init; } = EventSink.None;

    /// <summary>Asks the user, for sources that need one; <see langword="null"/> if the user cannot be asked.</summary>
    public IUserPrompt? UserPrompt { get; init; }

    /// <summary>
    /// The claims that an API missed in the last token, as a claims request (OpenID Connect Core section 5.5). A source that
    /// does not take claims ignores them.
    /// </summary>
    public string? Claims { get; init; }
}
