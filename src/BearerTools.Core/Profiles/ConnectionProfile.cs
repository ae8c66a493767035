using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Profiles;

/// <summary>
/// A named definition of a connection: how a token is got, what it is for, and what is said of requests. Immutable; it holds no
/// token, and its secrets as references or secrets that never print.
/// </summary>
internal sealed record ConnectionProfile
{
    public required string Name { get; init; }

    /// <summary>How the token is got.</summary>
    public required ITokenSource Source { get; init; }

    /// <summary>The base address of relative ones, or <see langword="null"/>.</summary>
    public Uri? BaseUri { get; init; }

    /// <summary>Further origins that the token may go to.</summary>
    public IReadOnlyList<Origin> AllowedOrigins { get; init; } = [];

    public RequestSettings Settings { get; init; } = RequestSettings.None;

    /// <summary>The origins that a connection of this profile may send its token to.</summary>
    public OriginPolicy Origins => OriginPolicy.Create(BaseUri, Source.Origins, AllowedOrigins);
}
