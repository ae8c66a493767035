using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>
/// The origins that a connection's token may be sent to. Immutable and per connection: connections that share a cached token do not
/// extend each other's policies.
/// </summary>
internal sealed class OriginPolicy
{
    private readonly Origin[] _allowed;

    private OriginPolicy(IEnumerable<Origin> allowed) => _allowed = [.. allowed.Distinct()];

    public IReadOnlyList<Origin> Allowed => _allowed;

    public bool IsEmpty => _allowed.Length == 0;

    /// <summary>Allows the origin of the base address or, without one, the source's origins; and those that the user adds.</summary>
    /// <param name="baseUri">The base address, or <see langword="null"/>.</param>
    /// <param name="natural">The source's origins, such as that of its login.</param>
    /// <param name="added">The origins that the user adds with <c>-AllowedOrigin</c>.</param>
    public static OriginPolicy Create(Uri? baseUri, IEnumerable<Origin> natural, IEnumerable<Origin> added) =>
        new((baseUri is null ? natural : [Origin.Of(baseUri)]).Concat(added));

    public bool Admits(Origin origin) => Array.IndexOf(_allowed, origin) >= 0;

    /// <summary>A copy that allows more origins.</summary>
    public OriginPolicy With(IEnumerable<Origin> added) => new(_allowed.Concat(added));
}
