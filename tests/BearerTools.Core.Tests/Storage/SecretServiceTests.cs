using System.Diagnostics;
using System.Security.Cryptography;
using BearerTools.Keyring;
using BearerTools.Storage.Files;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Storage;

/// <summary>GNOME Keyring on a bus of its own.</summary>
public sealed class SecretServiceTests
{
    private const string Bus = "dbus-daemon";
    private const string Keyring = "gnome-keyring-daemon";

    /// <summary>The promise is two seconds; a busy machine may take longer.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(StoreKey.Length);

    [ProgramFact(Bus, Keyring)]
    public async Task A_key_is_kept_and_another_session_reads_it_until_the_key_ring_is_locked()
    {
        await using var bus = await PrivateBus.StartAsync();
        var daemon = await bus.StartKeyringAsync(isUnlocked: true);
        Assert.Null(await Key(bus).ReadAsync(default));

        await Key(bus).WriteAsync(_key, default);

        Assert.Equal(_key, await Key(bus).ReadAsync(default));
        var replacement = RandomNumberGenerator.GetBytes(StoreKey.Length);
        await Key(bus).WriteAsync(replacement, default);
        Assert.Equal(replacement, await Key(bus).ReadAsync(default));

        await PrivateBus.EndAsync(daemon);
        await bus.StartKeyringAsync(isUnlocked: false);
        await FailsAsync(() => Key(bus).ReadAsync(default), "StoreKeyringLocked");
        await FailsAsync(() => Key(bus).WriteAsync(_key, default), "StoreKeyringLocked");
    }

    [ProgramFact(Bus)]
    public async Task A_bus_without_a_key_ring_service_is_an_error_that_names_the_choices()
    {
        await using var bus = await PrivateBus.StartAsync();

        var error = await FailsAsync(() => Key(bus).ReadAsync(default), "StoreKeyringMissing");

        Assert.Contains("File (", error.NextStep, StringComparison.Ordinal);
        Assert.Contains("Pass (", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_without_a_bus_is_an_error()
    {
        await FailsAsync(() => new SecretServiceKey(() => null).ReadAsync(default), "StoreKeyringNoBus");
        await FailsAsync(() => new SecretServiceKey(() => "unix:path=/nonexistent/bus").WriteAsync(_key, default), "StoreKeyringNoBus");
        await FailsAsync(() => new SecretServiceKey(() => "not an address").ReadAsync(default), "StoreKeyringNoBus");
    }

    [ProgramFact(Bus, Keyring, "kill")]
    public async Task A_service_that_hangs_or_dies_during_a_call_is_an_error()
    {
        await using var bus = await PrivateBus.StartAsync();
        var daemon = await bus.StartKeyringAsync(isUnlocked: true);
        using (var stop = Process.Start("kill", ["-STOP", $"{daemon.Id}"])) await stop.WaitForExitAsync();

        await FailsAsync(() => Key(bus).ReadAsync(default), "StoreKeyringTimeout");

        var reading = Key(bus).ReadAsync(default);
        daemon.Kill();
        await FailsAsync(() => reading, "StoreKeyringFailed", "StoreKeyringTimeout", "StoreKeyringMissing");
    }

    private static SecretServiceKey Key(PrivateBus bus) => new(() => bus.Address);

    /// <summary>The error of a call, which comes in time.</summary>
    private static async Task<BearerTokenException> FailsAsync(Func<Task> call, params string[] errorIds)
    {
        var clock = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<BearerTokenException>(call);
        Assert.True(clock.Elapsed < s_limit, $"It took {clock.Elapsed}.");
        Assert.Contains(error.ErrorId, errorIds);
        Assert.NotNull(error.NextStep);
        return error;
    }
}
