using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using BearerTools.Http.Connecting;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http.Connecting;

public sealed class HandlerPoolTests
{
    private readonly TestClock _clock = new();
    private readonly List<CountedPool> _made = [];
    private readonly HandlerPool _pools;

    public HandlerPoolTests() => _pools = new HandlerPool(_clock, _ =>
    {
        _made.Add(new CountedPool());
        return _made[^1];
    });

    [Fact]
    public void Calls_that_want_the_same_share_a_pool()
    {
        using var certificate = TestCertificate.Create();
        HandlerOptions Requested() => new()
        {
            Certificates = ClientCertificates.Of([certificate]),
            Proxy = new ExplicitProxy(new Uri("http://proxy.invalid:8080"), new NetworkCredential("ada", "secret-of-the-proxy")),
            UnixSocket = new UnixDomainSocketEndPoint("/run/api.sock"),
            SkipCertificateCheck = true,
        };

        using var one = _pools.Rent(Requested());
        using var other = _pools.Rent(Requested());

        Assert.Same(one.Handler, other.Handler);
        Assert.Single(_made);
    }

    [Fact]
    public void Whatever_makes_a_connection_another_one_makes_another_pool()
    {
        using var one = TestCertificate.Create();
        using var two = TestCertificate.Create();
        static ExplicitProxy Proxy(string host, string? password = null) => new(new Uri($"http://{host}:8080"), password is null ? null : new NetworkCredential("ada", password));
        HandlerOptions[] all =
        [
            new(),
            new() { SkipCertificateCheck = true },
            new() { Protocols = SslProtocols.Tls13 },
            new() { UseProxy = false },
            new() { Proxy = Proxy("one.invalid") },
            new() { Proxy = Proxy("two.invalid") },
            new() { Proxy = Proxy("one.invalid", "secret-one") },
            new() { Proxy = Proxy("one.invalid", "secret-two") },
            new() { Proxy = new ExplicitProxy(new Uri("http://one.invalid:8080"), CredentialCache.DefaultCredentials) },
            new() { Certificates = ClientCertificates.Of(one) },
            new() { Certificates = ClientCertificates.Of(two) },
            new() { Certificates = ClientCertificates.Of([one, two]) },
            new() { UnixSocket = new UnixDomainSocketEndPoint("/run/api.sock") },
            new() { NoConnectTimeout = true },
        ];

        var leases = all.Select(_pools.Rent).ToArray();

        Assert.Equal(all.Length, leases.Select(lease => lease.Handler).Distinct().Count());
    }

    [Fact]
    public void An_unused_pool_is_kept_for_the_next_call()
    {
        _pools.Rent(HandlerOptions.Default).Dispose();
        _clock.Advance(HandlerPool.IdleTime / 2);
        _pools.Rent(HandlerOptions.Default).Dispose();

        Assert.False(Assert.Single(_made).IsDisposed);
    }

    [Fact]
    public void Unused_pools_are_evicted_in_time()
    {
        _pools.Rent(HandlerOptions.Default).Dispose();
        _clock.Advance(HandlerPool.IdleTime);
        using var other = _pools.Rent(new HandlerOptions { SkipCertificateCheck = true });

        Assert.True(_made[0].IsDisposed);
        Assert.False(Assert.Single(_made.Skip(1)).IsDisposed);
    }

    [Fact]
    public void The_longest_unused_are_evicted_when_there_are_many()
    {
        for (var i = 0; i <= HandlerPool.MaxIdle; i++)
        {
            _pools.Rent(On($"/run/{i}")).Dispose();
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(_made[0].IsDisposed);
        Assert.All(_made.Skip(1), pool => Assert.False(pool.IsDisposed));
        Assert.Equal(HandlerPool.MaxIdle, _made.Count - 1);
    }

    [Fact]
    public void A_pool_in_use_is_never_closed()
    {
        using var used = _pools.Rent(On("/run/used"));
        _clock.Advance(HandlerPool.IdleTime * 2);
        for (var i = 0; i < HandlerPool.MaxIdle * 2; i++) _pools.Rent(On($"/run/{i}")).Dispose();

        Assert.False(_made[0].IsDisposed);
    }

    [Fact]
    public void A_lease_is_given_back_once_however_often_it_is_disposed()
    {
        using var used = _pools.Rent(HandlerOptions.Default);
        var other = _pools.Rent(HandlerOptions.Default);
        other.Dispose();
        other.Dispose();
        _clock.Advance(HandlerPool.IdleTime);
        _pools.Rent(On("/run/other")).Dispose();

        Assert.False(_made[0].IsDisposed);
    }

    private static HandlerOptions On(string path) => new() { UnixSocket = new UnixDomainSocketEndPoint(path) };

    private sealed class CountedPool() : HttpMessageInvoker(new SocketsHttpHandler())
    {
        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
