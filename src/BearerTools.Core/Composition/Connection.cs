using BearerTools.Diagnostics;
using BearerTools.Fleet;
using BearerTools.Http.Connecting;
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
    private readonly IFleet? _fleet;

    public Connection(BearerServices services, TokenEntry tokens, Uri? baseUri, OriginPolicy origins)
    {
        Services = services;
        Tokens = tokens;
        BaseUri = baseUri;
        Origins = origins;
    }

    /// <summary>The services that its requests and tokens use: those of the process, or of a mock.</summary>
    public BearerServices Services { get; init; }

    /// <summary>True if its login and its requests belong to a mock, whatever is active when it is used.</summary>
    public bool IsMocked { get; init; }

    /// <summary>What handles its messages instead of the services' connections to APIs, or <see langword="null"/>.</summary>
    public HandlerPool? Handlers { get; init; }

    public TokenEntry Tokens { get; init; }

    /// <summary>Base address of relative addresses, or <see langword="null"/> if the connection accepts absolute ones only.</summary>
    public Uri? BaseUri { get; init; }

    public OriginPolicy Origins { get; init; }

    public TokenPlacement Placement { get; init; } = TokenPlacement.Default;

    /// <summary>Path of the base address in the token response, such as <c>instance_url</c>, or <see langword="null"/>.</summary>
    public string? BaseUriPath { get; init; }

    public RequestSettings Settings { get; init; } = RequestSettings.None;

    /// <summary>The profile's check of base addresses that token responses name, or <see langword="null"/>.</summary>
    public BaseUriPin? Pin { get; init; }

    /// <summary>
    /// The server that the workers on several machines share, if the connection or the store of its token names one; else
    /// <see langword="null"/>.
    /// </summary>
    public IFleet? Fleet
    {
        get => Services.Stores.FleetOf(Tokens.Source) ?? _fleet;
        init => _fleet = value;
    }

    /// <summary>Name of the profile that it was created from, or <see langword="null"/>.</summary>
    public string? Profile { get; init; }

    /// <summary>Creates the connection of a profile.</summary>
    public static Connection Of(BearerServices services, ConnectionProfile profile) => profile.Fixed is Connection connection
        ? connection with { Settings = profile.Settings, Profile = profile.Name }
        : new Connection(
            services,
            services.Cache.Entry(services.Stores.Storing(
                profile.Source, profile.IsOfRepository ? StoreKind.Memory : profile.Store, profile.Fleet, profile.FallsBack)),
            profile.BaseUri,
            profile.Origins)
        {
            Settings = profile.Settings,
            Profile = profile.Name,
            Placement = profile.Placement,
            BaseUriPath = profile.BaseUriPath,
            Pin = profile.Pin,
            Fleet = profile.Fleet is { } fleet ? services.Stores.Fleet(fleet) : null,
        }.Located();

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

    /// <summary>
    /// A copy with the base address that the token response names, if the connection takes it from there. Where it is, it stays: a renewal
    /// that names another address does not move the connection, so that requests never go silently to another origin.
    /// </summary>
    /// <exception cref="BearerTokenException">The response names no usable address.</exception>
    public Connection Located(AccessToken? token = null, IEventSink? events = null)
    {
        if (BaseUriPath is null || BaseUri is not null || (token ?? Tokens.Current) is not { } named) return this;
        var address = TokenBaseUri.Read(named, BaseUriPath);
        Pin?.Check(address);
        if (events?.IsEnabled(EventLevel.Verbose) == true) events.Write(new BaseUriNamed(BaseUriPath, address));
        return At(address);
    }

    /// <summary>Gets the token, and a copy of the connection with the base address that the token response names.</summary>
    /// <exception cref="BearerTokenException">No token can be obtained, or the response names no usable address.</exception>
    public async Task<Connection> LocateAsync(TokenRequestContext context, CancellationToken cancel) =>
        Located(await Tokens.GetAsync(context, cancel).ConfigureAwait(false), context.Events);

    /// <summary>A copy of the token that carries this connection.</summary>
    public AccessToken Bind(AccessToken token) => token.For(this);

    public string AdviceFor(Origin origin)
    {
        // A user name and a password of one command, which -AllowedOrigin does not exist for.
        if (Tokens.Source.Metadata.TokenType == AuthScheme.Basic)
        {
            return $"Check the address. -Credential is sent only to the origin of the command's own address: for {origin}, run another "
                + "command.";
        }

        var profiles = Services.Profiles.For(origin);
        // The cause is often a typo, and the token must not be sent to the owner of a misspelt host.
        var check = BaseUri is null ? "Check the address. " : "Check the address: for this API it can be relative, such as /users. ";
        return check + (profiles.Count > 0
            ? $"Profiles for that origin: {string.Join(", ", profiles.Take(5))}. Name one with -Profile, or allow the origin with "
                + $"-AllowedOrigin {origin} when you connect or get the token."
            : $"If the token may be sent there too, allow it with -AllowedOrigin {origin} when you connect or get the token. Otherwise "
                + "pass a token for that origin with -Token.");
    }
}
