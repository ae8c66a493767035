using System.Globalization;
using System.Security.Cryptography;
using StackExchange.Redis;

namespace BearerTools.Redis;

/// <summary>
/// The lock of an entry. It ends by itself if this process no longer runs, so it is renewed while it is held, and what is written under it
/// carries its fencing number.
/// </summary>
internal sealed class Lease : IAsyncDisposable
{
    private const int RenewalsPerLife = 5;

    private readonly RedisLink _link;
    private readonly RedisKey _name;
    private readonly string _owner;
    private readonly TimeProvider _time;
    private readonly TimeSpan _life;
    private readonly IDisposable _inProcess;
    private readonly CancellationTokenSource _end = new();

    private Lease(RedisLink link, RedisKey name, string owner, string fence, TimeProvider time, TimeSpan life, IDisposable inProcess)
    {
        (_link, _name, _owner, Fence, _time, _life, _inProcess) = (link, name, owner, fence, time, life, inProcess);
        _ = RenewAsync();
    }

    /// <summary>The fencing number, which is greater than that of each lease before it.</summary>
    public string Fence { get; }

    /// <summary>A write that is still to be made under this lease; the lease is then released when that has ended.</summary>
    public Task? Pending { get; set; }

    /// <summary>Takes the lease if it is free.</summary>
    /// <param name="link">The server.</param>
    /// <param name="names">The names of the lease and its entry.</param>
    /// <param name="owner">The owner, as <see cref="NewOwner"/> returns it.</param>
    /// <param name="known">The fencing number of the entry that the caller knows; <see langword="null"/> for any.</param>
    /// <param name="time">The clock.</param>
    /// <param name="life">How long the lease lasts without a renewal.</param>
    /// <param name="inProcess">The lock within this process, which is released with the lease.</param>
    /// <param name="cancel">Cancels the call.</param>
    public static async Task<Attempt> TryTakeAsync(
        RedisLink link, (RedisKey Lease, RedisKey Entry) names, string owner, string? known, TimeProvider time, TimeSpan life,
        IDisposable inProcess, CancellationToken cancel)
    {
        RedisResult[] parts;
        try
        {
            var result = await link.RunAsync(
                StoreScripts.Acquire, [names.Lease, names.Entry], [owner, (long)life.TotalMilliseconds, known ?? "*"], cancel)
                .ConfigureAwait(false);
            parts = (RedisResult[])result!;
        }
        catch (Exception e) when (e is BearerTokenException or OperationCanceledException)
        {
            // The server may still run the script, and the lease would then be held for no one.
            _ = ReleaseAsync(link, names.Lease, owner, time, life);
            throw;
        }

        return (int)parts[0] switch
        {
            1 => new Attempt(new Lease(link, names.Lease, owner, (string)parts[1]!, time, life, inProcess), null, false),
            2 => new Attempt(null, null, true),
            _ => new Attempt(null, ShownOwner((string)parts[2]!), false),
        };
    }

    /// <summary>A name that no other lease has, and that says who holds it.</summary>
    public static string NewOwner() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Convert.ToHexString(RandomNumberGenerator.GetBytes(16))} {Environment.ProcessId} {Environment.MachineName}");

    /// <summary>Renews the lease. Returns false if it has expired.</summary>
    /// <exception cref="BearerTokenException">The server is away.</exception>
    public async ValueTask<bool> ConfirmAsync() => (long)await _link.RunAsync(
        StoreScripts.Renew, [_name], [_owner, (long)_life.TotalMilliseconds]).ConfigureAwait(false) == 1;

    public async ValueTask DisposeAsync()
    {
        if (Pending is { } pending)
        {
            // The caller has its token and does not wait.
            _ = ReleaseAfterAsync(pending);
            return;
        }

        await EndAsync().ConfigureAwait(false);
    }

    private async Task ReleaseAfterAsync(Task pending)
    {
        await pending.ConfigureAwait(false);
        await EndAsync().ConfigureAwait(false);
    }

    private async Task EndAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        try
        {
            await _link.RunAsync(StoreScripts.Release, [_name], [_owner]).ConfigureAwait(false);
        }
        catch (BearerTokenException)
        {
            _ = ReleaseAsync(_link, _name, _owner, _time, _life);
        }
        finally
        {
            _inProcess.Dispose();
            _end.Dispose();
        }
    }

    /// <summary>Releases a lease in a server that is away, until it would have expired.</summary>
    private static async Task ReleaseAsync(RedisLink link, RedisKey name, string owner, TimeProvider time, TimeSpan life)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < life)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.5 + Random.Shared.NextDouble()), time).ConfigureAwait(false);
            try
            {
                await link.RunAsync(StoreScripts.Release, [name], [owner]).ConfigureAwait(false);
                return;
            }
            catch (BearerTokenException)
            {
                // Still away.
            }
        }
    }

    private async Task RenewAsync()
    {
        var end = _end.Token;
        while (!end.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(_life / RenewalsPerLife, _time, end).ConfigureAwait(false);
                if (!await ConfirmAsync().ConfigureAwait(false) && Pending is null) return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (BearerTokenException)
            {
                // The server is away; the lease may last until it returns.
            }
        }
    }

    private static string ShownOwner(string owner) => owner.Split(' ', 3) is [_, var id, var machine]
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
        ? string.Create(CultureInfo.InvariantCulture, $"process {process} on {Security.ServerText.Clean(machine, 60)}")
        : "another process";

    /// <summary>What came of an attempt: the lease, or who holds it, or that the entry has changed.</summary>
    internal readonly record struct Attempt(Lease? Lease, string? Holder, bool HasChanged);
}
