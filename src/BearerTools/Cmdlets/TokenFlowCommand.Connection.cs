using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Fleet;
using BearerTools.Http;
using BearerTools.Profiles;
using BearerTools.Profiles.Layers;
using BearerTools.Security;
using BearerTools.Session;
using BearerTools.Storage;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <content>The API that the token is for, and the connection that the command line describes.</content>
public abstract partial class TokenFlowCommand
{
    /// <summary>Base address of the API. Relative addresses are joined to it, and the token may be sent to its origin.</summary>
    [Parameter]
    [RelativeUriTransformation, ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(Uri))]
    public Uri? BaseUri { get; set; }

    /// <summary>
    /// Path of the base address in the token response, such as instance_url, for providers that name the API's address there. It must be
    /// https, and the connection keeps it when the token is renewed.
    /// </summary>
    [Parameter(ParameterSetName = Flow.ClientCredentials), Parameter(ParameterSetName = Flow.Interactive)]
    [Parameter(ParameterSetName = Flow.DeviceCode), Parameter(ParameterSetName = Flow.Password)]
    [Parameter(ParameterSetName = Flow.RefreshToken), Parameter(ParameterSetName = Flow.RefreshTokenFrom)]
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [Parameter(ParameterSetName = Flow.Assertion), Parameter(ParameterSetName = Flow.AssertionFrom)]
    [Parameter(ParameterSetName = Flow.Subject), Parameter(ParameterSetName = Flow.ServiceAccount)]
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString, ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? BaseUriPath { get; set; }

    /// <summary>Word before the token in its header, such as Token or SSWS (default Bearer; an empty text for none).</summary>
    [Parameter]
    [AllowNull, AllowEmptyString, ArgumentCompleter(typeof(TokenSchemeCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? TokenScheme { get; set; }

    /// <summary>Header to send the token in, such as X-Auth-Token, instead of Authorization.</summary>
    [Parameter]
    [AllowNull, AllowEmptyString, ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? SendTokenInHeader { get; set; }

    /// <summary>Cookie to send the token in, instead of a header.</summary>
    [Parameter]
    [AllowNull, AllowEmptyString, ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? SendTokenInCookie { get; set; }

    /// <summary>Additional origins that the token may be sent to, such as https://files.contoso.com.</summary>
    [Parameter]
    [AllowNull, AllowEmptyCollection, ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(Uri[]))]
    public Uri[] AllowedOrigin { get; set; } = [];

    /// <summary>Request settings from the command line.</summary>
    private protected virtual RequestSettings Settings => RequestSettings.None;

    /// <summary>
    /// The store that the command line names for the token; <see langword="null"/> if the environment decides. A command without -Store
    /// uses memory.
    /// </summary>
    private protected virtual StoreKind? NamedStore => StoreKind.Memory;

    /// <summary>True if the token may be in a store, so that it can be used without a token request.</summary>
    private protected virtual bool MayBeStored => (NamedStore ?? StoreVariable.Read()) != StoreKind.Memory;

    /// <summary>The server that the command line names for what workers share, or <see langword="null"/>.</summary>
    /// <exception cref="BearerTokenException">A reference is not valid, or a password stands in the text.</exception>
    private protected virtual FleetOptions? NamedFleet() => null;

    /// <summary>True if a token is requested for this process only while that server is away.</summary>
    private protected virtual bool FallsBack => false;

    /// <summary>Creates the connection that the command line describes. Its token is not requested yet.</summary>
    /// <exception cref="BearerTokenException">A parameter is missing or invalid.</exception>
    /// <exception cref="BearerRequestException">An address is invalid.</exception>
    private protected Connection CreateConnection(Connection? known = null)
    {
        var services = BearerSession.Services;
        var baseUri = BaseUri is null ? null : RequestAddress.Base(BaseUri);
        var added = AllowedOrigins();
        // First, so that an address with a password is refused whatever else is wrong.
        var fleet = NamedFleet();
        var placement = CreatePlacement();
        if (BaseUri is not null && BaseUriPath is not null) throw CannotCombine(nameof(BaseUri), nameof(BaseUriPath));
        known ??= SourceToken is { } token ? Connection.Of(services, token) : null;
        if (known is null && ConnectMocked(baseUri, added) is { } mocked)
            return mocked with { Settings = Settings, Placement = placement ?? TokenPlacement.Default };
        if (known is null)
        {
            var tokens = services.Cache.Entry(services.Stores.Storing(Source(), NamedStore, fleet, FallsBack));
            return new Connection(
                services, tokens, baseUri, OriginPolicy.Create(baseUri, tokens.Source.Origins, added))
            {
                Settings = ProfileLayers.Typed(Settings),
                Placement = placement ?? TokenPlacement.Default,
                BaseUriPath = BaseUriPath,
                Fleet = fleet is null ? null : services.Stores.Fleet(fleet),
            };
        }

        if (baseUri is not null) known = known.At(baseUri);
        if (BaseUriPath is not null) known = known with { BaseUriPath = BaseUriPath, BaseUri = null };
        known = known with
        {
            Origins = known.Origins.With(added),
            Settings = Settings.Over(known.Settings),
            Placement = placement ?? known.Placement,
        };
        if (IsTyped(nameof(ConnectionDefinitionCommand.Store)))
        {
            known = known with
            {
                Tokens = services.Cache.Entry(services.Stores.Storing(known.Tokens.Source, NamedStore, fleet, FallsBack)),
            };
        }

        if (fleet is not null) known = known with { Fleet = services.Stores.Fleet(fleet) };
        // What goes to the network while the mocks are active is decided for each request.
        return ActiveMocks.Find(this) is { } mocks && mocks.Find(known.BaseUri) is not null ? mocks.Apply(known) : known;
    }

    /// <summary>The connection if its login is mocked; no secret is read. <see langword="null"/> if the login is real.</summary>
    private Connection? ConnectMocked(Uri? baseUri, Origin[] added) =>
        ActiveMocks.Find(this)?.Connect(baseUri, BaseUriPath is not null, added, MockedLogin(), RenewsToken);

    /// <summary>False if the login that the command line describes has only one token. Known without reading a secret.</summary>
    private protected bool RenewsToken => ParameterSetName switch
    {
        Flow.GivenToken => false,
        Flow.GivenTokenFrom => Reference(TokenFrom).CanChange,
        _ => ClientAssertion is null,
    };

    /// <summary>What the command line says about a login that is mocked.</summary>
    private TokenMetadata MockedLogin() => new()
    {
        Authority = Authority,
        ClientId = ClientId,
        Account = new[] { Account, Credential?.UserName, UserName }.FirstOrDefault(name => !string.IsNullOrEmpty(name)),
        Scopes = Scope ?? [],
    };

    /// <summary>A source in the place of that of a saved profile whose login is mocked, or <see langword="null"/>.</summary>
    private protected virtual ITokenSource? StandIn(Uri? baseUri) => null;

    /// <summary>Creates the profile that the command line describes.</summary>
    /// <exception cref="BearerTokenException">A parameter is missing or invalid.</exception>
    /// <exception cref="BearerRequestException">An address is invalid.</exception>
    private protected ConnectionProfile CreateProfile(string name)
    {
        var fleet = NamedFleet();
        var carried = SourceToken?.Connection as Connection;
        if (BaseUri is not null && BaseUriPath is not null) throw CannotCombine(nameof(BaseUri), nameof(BaseUriPath));
        var baseUri = BaseUri is null ? carried?.BaseUri : RequestAddress.Base(BaseUri);
        var given = SourceToken?.Entry is { IsForgotten: false } entry ? entry.Source : null;
        var standIn = given is null ? StandIn(baseUri) : null;
        var source = given ?? standIn ?? Source();
        // Refuses what cannot be stored when the profile is defined, and not at its first request.
        if (standIn is null && NamedStore is { } store) BearerSession.Services.Stores.Storing(source, store, fleet, FallsBack);
        return new ConnectionProfile
        {
            Name = name,
            Source = source,
            References = [.. _watched],
            Store = standIn is null ? NamedStore : StoreKind.Memory,
            Fleet = fleet,
            FallsBack = FallsBack,
            BaseUri = BaseUriPath is null ? baseUri : null,
            BaseUriPath = BaseUriPath ?? (baseUri is null ? carried?.BaseUriPath : null),
            Placement = CreatePlacement() ?? carried?.Placement ?? TokenPlacement.Default,
            AllowedOrigins = [.. carried?.Origins.Allowed ?? [], .. AllowedOrigins()],
            Settings = Settings.Over(carried?.Settings ?? RequestSettings.None),
        };
    }

    /// <summary>Gets the connection's token from the cache, or requests it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="renew">True to request a new token even if the cached one is valid, also with credentials that were rejected.</param>
    /// <param name="context">The listener, and who can be prompted.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The token and its connection, whose cache entry is a new one if the cache was cleared in the meantime.</returns>
    /// <exception cref="BearerTokenException">No token can be obtained.</exception>
    private protected static async Task<(Connection Connection, AccessToken Token)> AcquireAsync(
        Connection connection, bool renew, TokenRequestContext context, CancellationToken cancel)
    {
        var source = connection.Tokens.Source;
        var stores = connection.Services.Stores;
        await stores.CheckAsync(source, context.Events, cancel).ConfigureAwait(false);
        // A limit that is asked for must hold from the first request on.
        if (connection is { IsMocked: false, Settings.RateLimitScope: RateLimitScope.Fleet })
            await stores.CheckLimitAsync(connection.Fleet, source, context.Events, cancel).ConfigureAwait(false);
        if (renew) source.ForgetRejection();
        var token = await connection.Services.Cache.GetAsync(source, context, cancel, renew).ConfigureAwait(false);
        return ((connection with { Tokens = token.Entry! }).Located(token, context.Events), token);
    }

    /// <summary>The context of the token request of a command.</summary>
    private protected static TokenRequestContext Request(IEventSink events, IUserPrompt prompt) =>
        new() { Events = events, UserPrompt = prompt };

    /// <summary>How the command line says that the token is sent, or <see langword="null"/> if it does not.</summary>
    /// <exception cref="BearerTokenException">Parameters contradict each other, or a name is not valid.</exception>
    private TokenPlacement? CreatePlacement()
    {
        string[] given = [.. new[] { nameof(TokenScheme), nameof(SendTokenInHeader), nameof(SendTokenInCookie) }.Where(IsTyped)];
        if (given.Length == 0) return null;
        if (SendTokenInCookie is not null && given.Length > 1) throw CannotCombine(nameof(SendTokenInCookie), given[0]);
        if (DPoP || Token?.ProofKey is not null)
        {
            throw Conflict(
                $"-{given[0]} cannot be combined with a DPoP token: its scheme is part of the protocol.", $"Omit -{given[0]}.");
        }

        return TokenPlacement.Create(TokenScheme, SendTokenInHeader, SendTokenInCookie);
    }

    /// <summary>The error for a command that needs a token flow and is given none.</summary>
    private protected static BearerTokenException NoFlow() => Conflict(
        "No token flow is given.",
        "Pass -Authority with -ClientId and -SecretFrom, -LoginUri with -Credential, or -TokenFrom; Get-Help lists all flows.");

    /// <summary>
    /// The given token if it carries a connection or the cache renews it, else <see langword="null"/>. Copied, it would lose both.
    /// </summary>
    private AccessToken? SourceToken =>
        ParameterSetName == Flow.GivenToken && (Token?.Connection is not null || Token?.Entry is { IsForgotten: false }) ? Token : null;

    private Origin[] AllowedOrigins() => [.. AllowedOrigin.Select(RequestAddress.OriginOf)];
}
