using BearerTools.Profiles;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Composition;

/// <summary>
/// The identity of requests: a token, the base address, the origins that the token may be sent to, and request settings. Every request
/// uses exactly one connection. Immutable; token objects carry theirs.
/// </summary>
internal sealed record Connection : ITokenConnection
{
    private readonly BearerServices _services;

    public Connection(BearerServices services, TokenEntry tokens, Uri? baseUri, OriginPolicy origins)
    {
        _services = services;
        Tokens = tokens;
        BaseUri = baseUri;
        Origins = origins;
    }

    public TokenEntry Tokens { get; init; }

    /// <summary>Base address of relative addresses, or <see langword="null"/> if the connection accepts absolute ones only.</summary>
    public Uri? BaseUri { get; init; }

    public OriginPolicy Origins { get; init; }

    public RequestSettings Settings { get; init; } = RequestSettings.None;

    /// <summary>Name of the profile that it was created from, or <see langword="null"/>.</summary>
    public string? Profile { get; init; }

    /// <summary>Creates the connection of a profile.</summary>
    public static Connection Of(BearerServices services, ConnectionProfile profile) =>
        new(
            services,
            services.Cache.Entry(profile.Source),
            profile.BaseUri,
            profile.Origins) { Settings = profile.Settings, Profile = profile.Name };

    /// <summary>
    /// The connection that a token object carries. A token from elsewhere, or one that was removed from the cache, gets an entry of its
    /// own: it can be used until it expires, and is not renewed.
    /// </summary>
    public static Connection Of(BearerServices services, AccessToken token)
    {
        var tokens = token.Entry is { IsForgotten: false } entry ? entry : services.Standalone(token);
        return token.Connection is Connection carried
            ? carried with { Tokens = tokens }
            : new Connection(services, tokens, null, OriginPolicy.Create(null, tokens.Source.Origins, []));
    }

    /// <summary>A copy with another base address, to whose origin the token may be sent.</summary>
    public Connection At(Uri baseUri) => this with { BaseUri = baseUri, Origins = Origins.With([Origin.Of(baseUri)]) };

    /// <summary>A copy of the token that carries this connection.</summary>
    public AccessToken Bind(AccessToken token) => token.For(this);

    public string AdviceFor(Origin origin)
    {
        var profiles = _services.Profiles.For(origin);
        return profiles.Count > 0
            ? $"Profiles for that origin: {string.Join(", ", profiles.Take(5))}. Name one with -Profile, or allow the origin with "
                + $"-AllowedOrigin {origin} when you connect or get the token."
            : $"If the token may be sent there too, allow it with -AllowedOrigin {origin} when you connect or get the token. Otherwise "
                + "pass a token for that origin with -Token.";
    }
}
