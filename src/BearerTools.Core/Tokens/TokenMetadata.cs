using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>What a source knows about a token besides its value.</summary>
internal sealed record TokenMetadata
{
    public string TokenType { get; init; } = AuthScheme.Bearer;
    public DateTimeOffset? ExpiresOn { get; init; }
    public DateTimeOffset? IssuedOn { get; init; }
    public IReadOnlyList<string> Scopes { get; init; } = [];
    public string? Authority { get; init; }
    public string? ClientId { get; init; }
    public string? Account { get; init; }
    public string? Flow { get; init; }
    public string? IssuedTokenType { get; init; }

    /// <summary>The other members of the response.</summary>
    public AdditionalMembers Additional { get; init; } = AdditionalMembers.None;

    /// <summary>The key that the token is bound to and that each request must prove (RFC 9449), or <see langword="null"/>.</summary>
    public DPoPKey? ProofKey { get; init; }
}
