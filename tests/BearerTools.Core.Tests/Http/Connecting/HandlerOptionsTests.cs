using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Http;
using BearerTools.Http.Connecting;
using BearerTools.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BearerTools.Tests.Http.Connecting;

/// <summary>How connections are made, on real sockets and with real TLS.</summary>
public sealed class HandlerOptionsTests : IDisposable
{
    private readonly X509Certificate2 _certificate = TestCertificate.Create();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task Any_certificate_is_accepted_for_the_calls_that_allow_it_and_no_other()
    {
        await using var server = await TlsAsync();
        using var careless = new Wire(connections: new HandlerOptions { SkipCertificateCheck = true });
        using var careful = new Wire();

        (await careless.SendAsync(Wire.Get(server.At("/")))).Dispose();

        Assert.Equal("CertificateNotTrusted", (await careful.FailAsync(server.At("/"))).ErrorId);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Only_the_versions_of_TLS_that_are_named_are_used()
    {
        await using var server = await TlsAsync(listen => listen.UseHttps(_certificate, https => https.SslProtocols = SslProtocols.Tls12), ownHttps: true);
        using var old = new Wire(connections: new HandlerOptions { SkipCertificateCheck = true, Protocols = SslProtocols.Tls12 });
        using var young = new Wire(connections: new HandlerOptions { SkipCertificateCheck = true, Protocols = SslProtocols.Tls13 });

        (await old.SendAsync(Wire.Get(server.At("/")))).Dispose();

        Assert.Equal("TlsFailed", (await young.FailAsync(server.At("/"))).ErrorId);
    }

    [Fact]
    public async Task A_client_certificate_is_presented()
    {
        using var mine = TestCertificate.Create();
        await using var server = await TlsAsync();
        using var wire = new Wire(connections: new HandlerOptions { SkipCertificateCheck = true, Certificates = ClientCertificates.Of([mine]) });
        mine.Dispose(); // Its owner's affair: the pool has its own.

        (await wire.SendAsync(Wire.Get(server.At("/")))).Dispose();

        Assert.NotNull(Assert.Single(server.Requests).Certificate);
    }

    [Fact]
    public async Task A_client_certificate_is_not_presented_to_another_origin()
    {
        await using var other = await TlsAsync();
        await using var server = await OddServer.StartAsync(Wire.Redirecting(() => other.Address), _certificate, wantsCertificate: true);
        using var wire = new Wire(connections: new HandlerOptions { SkipCertificateCheck = true, Certificates = ClientCertificates.Of([_certificate]) });

        (await wire.SendAsync(Wire.Get(server.At("/")))).Dispose();

        Assert.NotNull(Assert.Single(server.Requests).Certificate);
        Assert.Null(Assert.Single(other.Requests).Certificate);
    }

    [Fact]
    public void A_certificate_without_its_key_is_refused()
    {
        using var bare = new X509Certificate2(_certificate.RawData);

        var error = Assert.Throws<BearerRequestException>(() => ClientCertificates.Of([bare]));

        Assert.Equal("CertificateRefused", error.ErrorId);
        Assert.Contains("PFX", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thumbprint_that_is_in_no_store_is_refused() =>
        Assert.Equal("CertificateRefused", Assert.Throws<BearerRequestException>(() => ClientCertificates.FromStore("0000000000000000000000000000000000000000")).ErrorId);

    [Fact]
    public async Task Every_host_is_reached_through_the_socket_that_is_named()
    {
        var path = Path.Combine(Path.GetTempPath(), $"bearertools-{Guid.NewGuid():N}.sock");
        await using var server = await OddServer.StartAsync(http => OddServer.JsonAsync(http, "{}"), unixSocket: path);
        using var wire = new Wire(
            allowUnencrypted: true,
            connections: new HandlerOptions { UnixSocket = new UnixDomainSocketEndPoint(path), Proxy = new ExplicitProxy(new Uri("http://proxy.invalid")) });

        (await wire.SendAsync(Wire.Get(new Uri("http://engine.invalid/v1/containers")))).Dispose();

        var arrived = Assert.Single(server.Requests);
        Assert.Equal("/v1/containers", arrived.Path);
        Assert.Equal("engine.invalid", arrived.Headers["Host"]);
    }

    [Fact]
    public async Task Nothing_listens_on_the_socket()
    {
        using var wire = new Wire(connections: new HandlerOptions { UnixSocket = new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock")) });

        Assert.Equal("HostUnreachable", (await wire.FailAsync(new Uri("http://localhost/"))).ErrorId);
    }

    [Theory]
    [InlineData("1.0", "HTTP/1.0")]
    [InlineData("1.1", "HTTP/1.1")]
    [InlineData("2.0", "HTTP/2")]
    [InlineData(null, "HTTP/2")]
    public async Task The_version_over_TLS_is_the_one_that_is_asked_for(string? version, string negotiated)
    {
        await using var server = await TlsAsync();

        Assert.Equal(negotiated, await NegotiatedVersionAsync(server, version));
    }

    [Fact]
    public async Task A_server_without_HTTP_2_gets_requests_in_its_own_version_over_TLS()
    {
        await using var server = await TlsAsync(listen => listen.Protocols = HttpProtocols.Http1);

        Assert.Equal("HTTP/1.1", await NegotiatedVersionAsync(server, "2.0"));
    }

    [Fact]
    public async Task HTTP_2_is_used_from_the_first_byte_on_this_machine_without_TLS()
    {
        await using var server = await OddServer.StartAsync(http => OddServer.JsonAsync(http, "{}"), listen: listen => listen.Protocols = HttpProtocols.Http2);

        Assert.Equal("HTTP/2", await NegotiatedVersionAsync(server, "2.0"));
    }

    [Fact]
    public async Task A_server_that_does_not_speak_HTTP_2_without_TLS_breaks_the_connection()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        using var wire = new Wire(messages: new SendOptions { HttpVersion = new Version(2, 0) });

        var error = await wire.FailAsync(server.At("/"));

        Assert.Equal("ConnectionFailed", error.ErrorId);
        Assert.Contains("HTTP version", error.NextStep, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    private static async Task<string> NegotiatedVersionAsync(OddServer server, string? version)
    {
        using var wire = new Wire(
            connections: new HandlerOptions { SkipCertificateCheck = true },
            messages: new SendOptions { HttpVersion = version is null ? null : Version.Parse(version) });
        (await wire.SendAsync(Wire.Get(server.At("/")))).Dispose();
        return Assert.Single(server.Requests).Protocol;
    }

    private Task<OddServer> TlsAsync(Action<ListenOptions>? listen = null, bool ownHttps = false) =>
        OddServer.StartAsync(http => OddServer.JsonAsync(http, "{}"), ownHttps ? null : _certificate, wantsCertificate: true, listen);
}
