using System.Collections.Immutable;
using BearerTools.Fleet;
using BearerTools.Grants.References;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Profiles;

/// <summary>
/// A named definition of a connection: how a token is obtained, the API it is for, and request settings. Immutable. It holds no token, and
/// its secrets only as references or as values that never print.
/// </summary>
internal sealed record ConnectionProfile
{
    public required string Name { get; init; }

    /// <summary>The file that defines the profile, or <see langword="null"/> if it is defined in memory only.</summary>
    public string? SavedIn { get; init; }

    /// <summary>
    /// True if a file in a repository defines the profile. Its token must not be stored, nor be taken from a store: its author does not
    /// decide about the logins of the user.
    /// </summary>
    public bool IsOfRepository { get; init; }

    /// <summary>The settings of the command line that defined the profile, as text without secrets. Empty for a profile of files.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Typed { get; init; } = [];

    /// <summary>The source of the token.</summary>
    public required ITokenSource Source { get; init; }

    /// <summary>The places that the source was made of.</summary>
    public IReadOnlyList<WatchedReference> References { get; init; } = [];

    /// <summary>
    /// The parameters that define the profile, to make the source again when a place contains another secret. Paths are full.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Parameters { get; init; } = ImmutableDictionary<string, object?>.Empty;

    /// <summary>Where the token is stored, or <see langword="null"/> if the environment decides.</summary>
    public StoreKind? Store { get; init; }

    /// <summary>The server that workers on several machines share, or <see langword="null"/> for that of the environment.</summary>
    public FleetOptions? Fleet { get; init; }

    /// <summary>True if a token is requested for this process only while that server is away.</summary>
    public bool FallsBack { get; init; }

    /// <summary>Base address of relative addresses, or <see langword="null"/>.</summary>
    public Uri? BaseUri { get; init; }

    /// <summary>Additional origins that the token may be sent to.</summary>
    public IReadOnlyList<Origin> AllowedOrigins { get; init; } = [];

    /// <summary>How the token is sent.</summary>
    public TokenPlacement Placement { get; init; } = TokenPlacement.Default;

    /// <summary>Path of the base address in the token response, or <see langword="null"/>.</summary>
    public string? BaseUriPath { get; init; }

    /// <summary>Keeps requests of this profile at the origin that the first token response named.</summary>
    public BaseUriPin Pin { get; init; } = new();

    /// <summary>
    /// The connection that the profile stands for, as that of a mock, or <see langword="null"/> if it is created of the definition.
    /// </summary>
    public ITokenConnection? Fixed { get; init; }

    public RequestSettings Settings { get; init; } = RequestSettings.None;

    /// <summary>The origins that a connection of this profile may send its token to.</summary>
    public OriginPolicy Origins => OriginPolicy.Create(BaseUri, Source.Origins, AllowedOrigins);
}
