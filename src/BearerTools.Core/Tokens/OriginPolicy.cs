using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>
/// The origins that a connection's token may go to. Immutable, and the connection's own: two connections that share a cached
/// token do not widen each other's.
/// </summary>
internal sealed class OriginPolicy
{
    private readonly Origin[] _allowed;

    private OriginPolicy(IEnumerable<Origin> allowed) => _allowed = [.. allowed.Distinct()];

    public IReadOnlyList<Origin> Allowed => _allowed;

    public bool IsEmpty => _allowed.Length == 0;

    /// <summary>The origin of the base address or, without one, the origins that the source's tokens are for; and those the user adds.</summary>
    /// <param name="baseUri">The base address, or <see langword="null"/>.</param>
    /// <param name="natural">The origins of the source, such as that of its login.</param>
    /// <param name="added">The origins that the user adds with <c>-AllowedOrigin</c>.</param>
    public static OriginPolicy Create(Uri? baseUri, IEnumerable<Origin> natural, IEnumerable<Origin> added) =>
        new((baseUri is null ? natural : [Origin.Of(baseUri)]).Concat(added));

    public bool Admits(Origin origin) => Array.IndexOf(_allowed, origin) >= 0;

    /// <summary>The same policy with more origins.</summary>
    public OriginPolicy With(IEnumerable<Origin> added) => new(_allowed.Concat(added));
}
