using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Redis;
using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Storage.Fleet;

/// <summary>Who a worker is at the server, and what it says if it cannot connect. Certificates: tests/cmdlets/Fleet.Tests.ps1.</summary>
public sealed class FleetConnectionTests : RedisTests
{
    [ProgramFact(RedisServer.Program)]
    public async Task A_wrong_user_or_password_is_refused_even_if_the_user_default_may_do_everything()
    {
        await AddUserAsync("right");
        foreach (var credential in new[] { "ops:wrong", "nobody:right", ":right" })
        {
            using var worker = Server.Worker(address: $"redis://{credential}@{Server.Address}");

            var refused = await FailAsync(worker);

            Assert.Equal("StoreRefused", refused.ErrorId);
            Assert.Contains(Server.Address, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain($"{credential}@", refused.ToString(), StringComparison.Ordinal);
        }

        foreach (var address in new[] { $"redis://ops:right@{Server.Address}", $"{Server.Address},user=ops,password=right,defaultDatabase=3" })
        {
            using var right = Server.Worker(address: address);
            await right.CheckAsync(true, EventSink.None, default);
        }
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_password_that_changes_while_a_worker_runs_is_not_survived_as_another_user_and_the_new_one_is_read_again()
    {
        await AddUserAsync("first");
        const string Variable = "BEARERTOOLS_TEST_REDIS_ADDRESS";
        try
        {
            Environment.SetEnvironmentVariable(Variable, $"redis://ops:first@{Server.Address}");
            using var worker = new RedisFleet(
                Server.Options() with { Connection = SecretReference.Parse($"env:{Variable}") }, TimeProvider.System);
            await worker.CheckAsync(true, EventSink.None, default);
            await AddUserAsync("second");
            await Server.AskAsync("CLIENT", "KILL", "TYPE", "normal");

            // The call in the instant of the reconnection may pass.
            await UntilAsync(async () => await FaultAsync(worker) is { ErrorId: "StoreRefused" });
            Environment.SetEnvironmentVariable(Variable, $"redis://ops:second@{Server.Address}");

            // At once: the server has responded, so no pause is left of the connection that was lost.
            Assert.Null(await FaultAsync(worker));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_database_that_does_not_exist_is_an_error()
    {
        using var worker = Server.Worker(address: $"redis://{Server.Address}/99");
        using var other = Server.Worker(address: $"redis://{Server.Address}/15");

        Assert.Equal("StoreDatabaseUnavailable", (await FailAsync(worker)).ErrorId);
        await using (var slot = await other.Tokens.LockAsync(Identity, EventSink.None, default))
        {
            Assert.Empty(await Server.AskAsync("--scan"));
            Assert.NotEmpty(await Server.AskAsync("-n", "15", "--scan"));
        }
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_key_that_is_corrected_is_read_again()
    {
        using var worker = Server.Worker();
        var token = new StoredToken { AccessToken = new Secret(TestTokens.TokenText()), ExpiresOn = DateTimeOffset.UtcNow.AddHours(1) };
        await using (var slot = await worker.Tokens.LockAsync(Identity, EventSink.None, default)) await slot.WriteAsync(token);
        const string Variable = "BEARERTOOLS_TEST_REDIS_KEY";
        try
        {
            Environment.SetEnvironmentVariable(Variable, Convert.ToBase64String(new byte[32]));
            using var mistaken = new RedisFleet(
                Server.Options() with { Key = SecretReference.Parse($"env:{Variable}") }, TimeProvider.System);
            await using (var slot = await mistaken.Tokens.LockAsync(Identity, EventSink.None, default))
                Assert.Equal("StoreKeyUnusable", (await Assert.ThrowsAsync<BearerTokenException>(() => slot.ReadAsync(default))).ErrorId);

            Environment.SetEnvironmentVariable(Variable, Server.Key);

            Assert.Equal(token.AccessToken.Reveal(), (await mistaken.Tokens.ReadAsync(Identity, default))?.AccessToken.Reveal());
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [ProgramFact(RedisServer.Program)]
    public async Task What_prevents_a_connection_is_named_within_seconds_and_again_by_the_calls_after_it()
    {
        using var web = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        var responding = RespondAsync(web, "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        (string Address, string Says)[] cases =
        [
            ("redis://127.0.0.1:1", "127.0.0.1:1 refuses connections"),
            ("redis://redis.invalid:6379", "the host name redis.invalid is not known"),
            ($"rediss://{Server.Address}", "it has no TLS at this port"),
            ($"redis://{web.LocalEndpoint}", "the server at this port is not Redis"),
            ($"redis://{silent.LocalEndpoint}", $"{silent.LocalEndpoint} does not respond within 2 s"),
        ];
        foreach (var (address, says) in cases)
        {
            using var worker = Server.Worker(address: address);
            var clock = Stopwatch.StartNew();
            var first = await FailAsync(worker);
            var taken = clock.Elapsed;
            var second = await FailAsync(worker);

            Assert.Equal((StoreErrors.UnavailableId, StoreErrors.UnavailableId), (first.ErrorId, second.ErrorId));
            Assert.Contains(says, first.Message, StringComparison.Ordinal);
            Assert.Contains(address[(address.IndexOf("//", StringComparison.Ordinal) + 2)..], first.Message, StringComparison.Ordinal);
            Assert.Equal(first.Message, second.Message);
            // No token can be in memory of a worker that never reached the server.
            Assert.DoesNotContain("tokens in memory", first.NextStep, StringComparison.OrdinalIgnoreCase);
            Assert.True(taken < TimeSpan.FromSeconds(8), $"{address} took {taken}");
        }

        web.Stop();
        await responding;
    }

    [ProgramFact(RedisServer.Program)]
    public async Task A_worker_that_starts_while_theServer_is_away_connects_when_it_returns()
    {
        using var worker = Server.Worker(timeout: TimeSpan.FromSeconds(30));
        await Server.KillAsync();
        for (var i = 0; i < 3; i++) await FailAsync(worker);

        await Server.StartAgainAsync();

        await UntilConnectedAsync(worker);
    }

    private static async Task RespondAsync(TcpListener listener, byte[] text)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync(text);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The end of the test.
        }
    }

    private static Task<BearerTokenException> FailAsync(RedisFleet worker) =>
        Assert.ThrowsAsync<BearerTokenException>(() => worker.CheckAsync(true, EventSink.None, default));

    private Task<string> AddUserAsync(string password) => Server.AskAsync(
        "ACL", "SETUSER", "ops", "reset", "on", $">{password}", "~bearertools:*", "+@read", "+@write", "+@connection", "+eval", "+evalsha",
        "+time", "+script|load", "+script|exists", "+wait", "-@dangerous", "+info");

    private static Task UntilConnectedAsync(RedisFleet worker) => UntilAsync(async () => await FaultAsync(worker) is null);

    private static async Task<BearerTokenException?> FaultAsync(RedisFleet worker)
    {
        try
        {
            await worker.CheckAsync(true, EventSink.None, default);
            return null;
        }
        catch (BearerTokenException e)
        {
            return e;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(20); await Task.Delay(50))
        {
            if (await condition()) return;
        }

        Assert.Fail("It did not happen within 20 seconds.");
    }
}
