using System.Diagnostics;
using BearerTools.StoreProbe;
using BearerTools.Tests.Support;
using Xunit.Abstractions;

namespace BearerTools.Tests.Storage;

/// <summary>Real processes that use one stored login, whose refresh token changes at each use.</summary>
public sealed class SharedLoginTests(ITestOutputHelper output) : IDisposable
{
    private const int Processes = 8;

    private static readonly int s_rounds = IsSoak ? 200 : 10;

    /// <summary>The key, locks, entries, and what killed processes were writing.</summary>
    private static readonly string[] s_extensions = [string.Empty, ".lock", ".token", ".tmp"];

    private readonly TestFolder _root = new();

    private static bool IsSoak => Environment.GetEnvironmentVariable("BEARERTOOLS_SOAK") == "1";

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Eight_processes_renew_one_login_with_one_request_a_round()
    {
        await using var authority = await RotatingAuthority.StartAsync();
        await authority.SeedAsync(RenewProbe.Services(_root.At("store")));
        var probes = await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => ProbeProcess.RenewingAsync(_root.At("store"), authority)));
        try
        {
            var clock = Stopwatch.StartNew();
            // They all wake up with an expired token; later rounds replace a token that an API has rejected.
            for (var round = 1; round <= s_rounds; round++)
            {
                foreach (var probe in probes) probe.Write(round == 1 ? "get" : "replace");
                var results = await Task.WhenAll(probes.Select(probe => probe.ReadAsync()));

                Assert.StartsWith("token ", Assert.Single(results.Distinct()), StringComparison.Ordinal);
                Assert.Equal((round, 0), (authority.Refreshes, authority.Reuses));
            }

            output.WriteLine($"{s_rounds} rounds of {Processes} processes in {clock.ElapsedMilliseconds} ms");
        }
        finally
        {
            foreach (var probe in probes) await probe.DisposeAsync();
        }
    }

    [Fact]
    public async Task Processes_that_are_killed_at_any_moment_lose_no_login_and_leave_no_unreadable_file()
    {
        await using var authority = await RotatingAuthority.StartAsync(toleratesLostResponses: true);
        var services = RenewProbe.Services(_root.At("store"));
        await authority.SeedAsync(services);
        var random = new Random(Environment.ProcessId);
        for (var round = 0; round < s_rounds; round++)
        {
            await using var probe = await ProbeProcess.RenewingAsync(_root.At("store"), authority);
            Assert.StartsWith("token ", await probe.AskAsync("get"), StringComparison.Ordinal);
            probe.Write("loop");
            Assert.StartsWith("token ", await probe.ReadAsync(), StringComparison.Ordinal);
            await Task.Delay(random.Next(60));
            await probe.KillAsync();
        }

        var files = Directory.GetFiles(_root.At("store/file")).Select(Path.GetExtension).ToArray();
        Assert.Empty(files.Except(s_extensions));
        Assert.Single(await services.Stores.Find(StoreKind.File)!.ListAsync(CancellationToken.None));
        Assert.Equal(0, authority.Reuses);
        Assert.True(authority.Refreshes >= s_rounds, $"Only {authority.Refreshes} refreshes.");
        output.WriteLine($"{s_rounds} processes were killed during {authority.Refreshes} refreshes");
    }

    [Fact]
    public async Task A_second_session_uses_the_login_of_the_first_without_a_request()
    {
        await using var authority = await RotatingAuthority.StartAsync();
        await authority.SeedAsync(RenewProbe.Services(_root.At("store")));
        await using var first = await ProbeProcess.RenewingAsync(_root.At("store"), authority);
        var token = await first.AskAsync("get");
        await first.KillAsync();

        await using var second = await ProbeProcess.RenewingAsync(_root.At("store"), authority);

        Assert.Equal(token, await second.AskAsync("get"));
        Assert.Equal(1, authority.Refreshes);
    }
}
