using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using BearerTools.Sandbox;
using BearerTools.Sandbox.CommandLine;

namespace BearerTools.Tests.Sandbox;

public sealed class SandboxServerTests
{
    [Fact]
    public async Task Its_certificate_is_good_for_its_address_where_it_is_trusted()
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions { Tls = true });
        using var certificate = X509Certificate2.CreateFromPem(server.CertificatePem);
        using var trusting = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { certificate },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
        using var other = new HttpClient();

        using var response = await trusting.GetAsync(server.Address);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => other.GetAsync(server.Address));
    }

    [Fact]
    public async Task Stopping_it_closes_the_connections_that_it_holds()
    {
        var server = await SandboxServer.StartAsync(new SandboxOptions());
        using var caller = new SandboxCaller(server);
        var slow = caller.GetAsync("api/slow?ms=60000", await caller.TokenAsync());
        while (server.Stats.Requests == 0) await Task.Delay(10);

        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<HttpRequestException>(() => slow);
    }

    [Fact]
    public async Task The_program_ends_with_its_parent_and_leaves_no_secret_behind()
    {
        using var parent = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        await parent.WaitForExitAsync();
        var readyFile = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var words = new[] { "--port", "0", "--ready-file", readyFile, "--parent", parent.Id.ToString(CultureInfo.InvariantCulture) };
            await Serve.RunAsync(Arguments.TryParse(words, out _)!).WaitAsync(TimeSpan.FromSeconds(30));

            using var ready = JsonDocument.Parse(await File.ReadAllTextAsync(readyFile));
            Assert.False(File.Exists(ready.RootElement.GetProperty("secretFile").GetString()));
            Assert.False(File.Exists(ready.RootElement.GetProperty("passwordFile").GetString()));
        }
        finally
        {
            File.Delete(readyFile);
        }
    }

    [Theory]
    [InlineData("--prot", "'--prot' is not an option.")]
    [InlineData("--port", "--port needs a port number.")]
    [InlineData("--port 70000", "--port needs a port number.")]
    [InlineData("--certificate-file x.pem", "--certificate-file needs --tls.")]
    public void A_command_line_that_makes_no_sense_is_explained(string line, string explanation)
    {
        Assert.Null(Arguments.TryParse(line.Split(' '), out var problem));
        Assert.Equal(explanation, problem);
    }
}
