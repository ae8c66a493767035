using BearerTools.Http.Connecting;
using BearerTools.Mocking;
using BearerTools.Mocking.Recordings;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Composition;

/// <summary>
/// The mocks and recorders that are active together. Nothing goes to the network while they are, except what is recorded and, if that is
/// allowed, requests to other origins. Immutable.
/// </summary>
internal sealed class MockScope
{
    private readonly IReadOnlyList<MockedApi> _apis;
    private readonly IReadOnlyList<ApiRecorder> _recorders;
    private readonly bool _allowsNetwork;

    /// <summary>For mocked connections, whose tokens must not leave the process.</summary>
    private readonly HandlerPool _closed;

    /// <summary>For real connections.</summary>
    private readonly HandlerPool _open;

    /// <param name="apis">The mocks; of two for one origin, the first responds.</param>
    /// <param name="recorders">The recorders of origins without a mock.</param>
    /// <param name="allowsNetwork">True if requests to other origins go to the network.</param>
    /// <param name="time">The clock for connections to the network.</param>
    public MockScope(IReadOnlyList<MockedApi> apis, IReadOnlyList<ApiRecorder> recorders, bool allowsNetwork, TimeProvider time)
    {
        _apis = apis;
        _recorders = recorders;
        _allowsNetwork = allowsNetwork;
        ApiMock[] mocks = [.. apis.Select(api => api.Mock)];
        var needsNetwork = allowsNetwork || recorders.Count > 0;
        _closed = new HandlerPool(time, _ => new HttpMessageInvoker(new MockHandler(mocks, keepsTokens: allowsNetwork)));
        _open = new HandlerPool(time, options => new HttpMessageInvoker(new MockHandler(
            mocks, recorders, needsNetwork ? HttpHandlerFactory.Create(options, time) : null, allowsNetwork)));
    }

    /// <summary>The mock for a base address, or <see langword="null"/> if its requests and logins are real.</summary>
    public MockedApi? Find(Uri? baseUri)
    {
        if (baseUri is not null && Origin.TryOf(baseUri, out var origin))
        {
            if (_apis.FirstOrDefault(api => api.Mock.Origin == origin) is { } api) return api;
            if (_recorders.Any(recorder => recorder.Origin == origin)) return null;
        }

        return _allowsNetwork || _apis.Count == 0 ? null : _apis[0];
    }

    /// <summary>True if a mock responds to requests to the address.</summary>
    public bool IsMocked(Uri address) => _apis.Any(api => api.Mock.Origin == Origin.Of(address));

    /// <summary>True if requests to the address go to the network.</summary>
    public bool ReachesNetwork(Uri address) =>
        !IsMocked(address) && (_allowsNetwork || _recorders.Any(recorder => recorder.Origin == Origin.Of(address)));

    /// <summary>A connection without a token as it is while the mocks are active. It is not bound to an origin.</summary>
    public Connection ApplyToAnonymous(Connection connection, Uri address) =>
        connection with { IsMocked = IsMocked(address), Handlers = _open };

    /// <summary>The connection as it is while the mocks are active.</summary>
    public Connection Apply(Connection connection)
    {
        if (connection.IsMocked) return connection;
        return Find(connection.BaseUri) is { } api
            ? connection with
            {
                IsMocked = true,
                Services = api.Services,
                Handlers = _closed,
                Tokens = api.StandIn(connection.Tokens),
                BaseUri = connection.BaseUri ?? (connection.BaseUriPath is null ? null : api.Mock.BaseUri),
                Origins = connection.BaseUri is null && connection.BaseUriPath is not null
                    ? connection.Origins.With([api.Mock.Origin])
                    : connection.Origins,
            }
            : connection with { Handlers = _open };
    }

    /// <summary>A connection whose login is mocked, or <see langword="null"/> if it is real.</summary>
    /// <param name="baseUri">Its base address, or <see langword="null"/>.</param>
    /// <param name="isNamed">True if the token response would name its base address.</param>
    /// <param name="added">Further origins that the token may be sent to.</param>
    /// <param name="metadata">What is known about the login.</param>
    /// <param name="canRenew">True if the real login renews its token.</param>
    public Connection? Connect(Uri? baseUri, bool isNamed, IEnumerable<Origin> added, TokenMetadata metadata, bool canRenew)
    {
        if (Find(baseUri) is not { } api) return null;
        if (isNamed) baseUri = api.Mock.BaseUri;
        return new Connection(api.Services, api.NewTokens(metadata, canRenew), baseUri, OriginPolicy.Create(baseUri, [], added))
        {
            IsMocked = true,
            Handlers = _closed,
        };
    }
}
