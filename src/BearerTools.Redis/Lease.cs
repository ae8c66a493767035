using System.Globalization;
using System.Security.Cryptography;
using BearerTools.Storage;
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
    private readonly LeaseTerms _terms;
    private readonly TimeProvider _time;
    private readonly IDisposable _inProcess;
    private readonly CancellationTokenSource _end = new();

    private Lease(RedisLink link, LeaseTerms terms, string fence, TimeProvider time, IDisposable inProcess)
    {
        (_link, _terms, Fence, _time, _inProcess) = (link, terms, fence, time, inProcess);
        _ = RenewAsync();
    }

    /// <summary>The fencing number, which is greater than that of each lease before it.</summary>
    public string Fence { get; }

    /// <summary>A write that is still to be made under this lease; the lease is then released when that has ended.</summary>
    public Task? Pending { get; set; }

    /// <summary>Takes the lease if it is free.</summary>
    /// <param name="link">The server.</param>
    /// <param name="terms">What is the same for each attempt.</param>
    /// <param name="time">The clock.</param>
    /// <param name="inProcess">The lock within this process, which is released with the lease.</param>
    /// <param name="cancel">Cancels the call.</param>
    public static async Task<Attempt> TryTakeAsync(
        RedisLink link, LeaseTerms terms, TimeProvider time, IDisposable inProcess, CancellationToken cancel)
    {
        RedisResult[] parts;
        try
        {
            var result = await link.RunAsync(
                StoreScripts.Acquire,
                [terms.Name, terms.Entry],
                [terms.Owner, terms.Milliseconds, terms.Known ?? "*", terms.IsForDeletion],
                cancel).ConfigureAwait(false);
            parts = (RedisResult[])result!;
        }
        catch (Exception e) when (e is BearerTokenException or OperationCanceledException)
        {
            // The server may still run the script, and the lease would then be held for no one.
            _ = ReleaseAsync(link, terms, time);
            throw;
        }

        return (int)parts[0] switch
        {
            1 => new Attempt(new Lease(link, terms, (string)parts[1]!, time, inProcess), null, false),
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
        StoreScripts.Renew, [_terms.Name], [_terms.Owner, _terms.Milliseconds]).ConfigureAwait(false) == 1;

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
            await _link.RunAsync(StoreScripts.Release, [_terms.Name], [_terms.Owner]).ConfigureAwait(false);
        }
        catch (BearerTokenException e) when (e.ErrorId == StoreErrors.UnavailableId)
        {
            _ = ReleaseAsync(_link, _terms, _time);
        }
        catch (BearerTokenException e)
        {
            _terms.NotReleased(e);
        }
        finally
        {
            _inProcess.Dispose();
            _end.Dispose();
        }
    }

    /// <summary>Releases a lease in a server that is away, until it would have expired.</summary>
    private static async Task ReleaseAsync(RedisLink link, LeaseTerms terms, TimeProvider time)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < terms.Life)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.5 + Random.Shared.NextDouble()), time).ConfigureAwait(false);
            try
            {
                await link.RunAsync(StoreScripts.Release, [terms.Name], [terms.Owner]).ConfigureAwait(false);
                return;
            }
            catch (BearerTokenException e) when (e.ErrorId == StoreErrors.UnavailableId)
            {
                // Still away.
            }
            catch (BearerTokenException e)
            {
                terms.NotReleased(e);
                return;
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
                await Task.Delay(_terms.Life / RenewalsPerLife, _time, end).ConfigureAwait(false);
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

/// <summary>What a lease is asked for with.</summary>
/// <param name="Name">The name of the lease.</param>
/// <param name="Entry">The name of its entry.</param>
/// <param name="Owner">The owner, as <see cref="Lease.NewOwner"/> returns it.</param>
/// <param name="Life">How long the lease lasts without a renewal.</param>
/// <param name="NotReleased">Is told why the server does not release the lease, if that will not pass.</param>
internal sealed record LeaseTerms(RedisKey Name, RedisKey Entry, string Owner, TimeSpan Life, Action<BearerTokenException> NotReleased)
{
    /// <summary>The fencing number of the entry that the caller knows; <see langword="null"/> for any.</summary>
    public string? Known { get; init; }

    /// <summary>True if the entry is only to be deleted, which a full server allows, too.</summary>
    public bool IsForDeletion { get; init; }

    public long Milliseconds => (long)Life.TotalMilliseconds;
}
