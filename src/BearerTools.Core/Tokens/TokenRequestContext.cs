using BearerTools.Diagnostics;

namespace BearerTools.Tokens;

/// <summary>The inputs of one token request, besides the source.</summary>
internal sealed record TokenRequestContext
{
    /// <summary>A first request without event sink, prompt or claims.</summary>
    public static TokenRequestContext Default { get; } = new();

    /// <summary>The source's previous result, for its refresh token or account; <see langword="null"/> the first time.</summary>
    public TokenResult? Previous { get; init; }

    /// <summary>Receives diagnostic events.</summary>
    public IEventSink Events { get; init; } = EventSink.None;

    /// <summary>Prompts the user, for sources that need it; <see langword="null"/> if the user cannot be prompted.</summary>
    public IUserPrompt? UserPrompt { get; init; }

    /// <summary>
    /// The claims that an API requires and the last token lacks, as a claims request (OpenID Connect Core section 5.5). Sources that do not
    /// support claims ignore them.
    /// </summary>
    public string? Claims { get; init; }

    /// <summary>
    /// The time that the token has to last, or <see langword="null"/> if it only has to be valid now. A token that lasts shorter is renewed
    /// first, unless its authority issues no longer ones.
    /// </summary>
    public TimeSpan? MinimumLifetime { get; init; }

    /// <summary>
    /// The store of the accounts that the token can be renewed from, or <see langword="null"/> for the one of this process.
    /// </summary>
    public IAccountStore? Accounts { get; init; }

    /// <summary>True if the user asks for a new token: one that was stored before the request is not used, even if it is valid.</summary>
    public bool MustBeNew { get; init; }
}
