using System.Runtime.CompilerServices;
using BearerTools.Grants;
using BearerTools.Mocking;
using BearerTools.Tokens;

namespace BearerTools.Composition;

/// <summary>
/// A mock with services of its own: its clock, paces, tokens, and a handler in the place of connections. Everything between them, such as
/// retries, redirects, renewals and decompression, is the code that real requests use.
/// </summary>
internal sealed class MockedApi
{
    private readonly ConditionalWeakTable<TokenEntry, TokenEntry> _standIns = [];
    private readonly TimeSpan _lifetime;

    /// <param name="mock">The mock.</param>
    /// <param name="lifetime">Lifetime of its tokens.</param>
    public MockedApi(ApiMock mock, TimeSpan lifetime)
    {
        Mock = mock;
        _lifetime = lifetime;
        // Without jitter, waits are the same in each run.
        Services = new BearerServices(
            mock.Clock, random: () => 0.5, createHandler: _ => new HttpMessageInvoker(new MockHandler([mock], keepsTokens: true)));
        // Not an entry of the cache: it is no login of the code under test, and errors would count it as one.
        var tokens = new TokenEntry(NewSource(null, canRenew: true), mock.Clock);
        Connection = new Connection(Services, tokens, mock.BaseUri, OriginPolicy.Create(mock.BaseUri, [], [])) { IsMocked = true };
    }

    public ApiMock Mock { get; }

    public BearerServices Services { get; }

    /// <summary>The connection that the mock itself offers.</summary>
    public Connection Connection { get; }

    /// <summary>Creates a cache entry for a login that is mocked.</summary>
    /// <param name="metadata">What is known about the login.</param>
    /// <param name="canRenew">True if the real login renews its token.</param>
    public TokenEntry NewTokens(TokenMetadata metadata, bool canRenew) =>
        Services.Cache.Entry(NewSource(metadata, canRenew));

    private MockTokenSource NewSource(TokenMetadata? metadata, bool canRenew) =>
        new(Mock.BaseUri, Mock.Clock, _lifetime, metadata, canRenew);

    /// <summary>The mocked tokens in the place of a real cache entry; the same for each call.</summary>
    public TokenEntry StandIn(TokenEntry real) => _standIns.GetValue(real, key => NewTokens(key.Source.Metadata, CanRenew(key)));

    /// <summary>A sign-in that has not taken place would usually return a refresh token.</summary>
    private static bool CanRenew(TokenEntry real) =>
        real.CanRenew || (real.Current is null && real.Source.Metadata.Flow != GivenTokenSource.Flow);
}
