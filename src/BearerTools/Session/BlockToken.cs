using BearerTools.Diagnostics;
using BearerTools.Storage;
using BearerTools.Tokens;

namespace BearerTools.Session;

/// <summary>
/// The token of a block of commands. Blocks that run at the same time, in several runspaces, may share one; the last of them removes it, if
/// neither the cache nor the store had it before the first.
/// </summary>
internal sealed class BlockToken
{
    /// <summary>Maximum duration of a revocation, or of a change of the store, at the end of a block.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(3);

    private static readonly Dictionary<TokenEntry, Use> s_uses = [];

    private TokenEntry _entry;
    private bool _hasLeft;

    /// <param name="entry">The entry of the block's connection, before its token is requested.</param>
    public BlockToken(TokenEntry entry)
    {
        _entry = entry;
        lock (s_uses) Enter(entry, entry.Current is null);
    }

    /// <summary>Follows the token to its entry, which is a new one if the cache was cleared during the token request.</summary>
    public void MoveTo(TokenEntry entry)
    {
        if (ReferenceEquals(entry, _entry)) return;
        lock (s_uses)
        {
            Leave();
            Enter(entry, isOwned: true);
            _entry = entry;
        }
    }

    /// <summary>Ends the use. The last one removes the token, and revokes it if any of the blocks wants that.</summary>
    /// <param name="revokes">True to revoke the token.</param>
    /// <returns>A warning about a token that is still valid, or <see langword="null"/>.</returns>
    public string? End(bool revokes)
    {
        if (_hasLeft) return null;
        _hasLeft = true;
        Use? last;
        lock (s_uses)
        {
            if (revokes && s_uses.TryGetValue(_entry, out var use)) use.Revokes = true;
            last = Leave();
        }

        if (last is null) return null;
        var stored = _entry.Source as StoredSource;
        // One that the store had before belongs to other processes, too.
        var isOwned = last.IsOwned && stored is not { HasCreated: false };
        var mustRevoke = last.Revokes && _entry.Current is not null;
        // A revocation removes it itself.
        if (last.IsOwned && !(isOwned && mustRevoke)) BearerSession.Services.Cache.Remove(_entry);
        if (!isOwned)
        {
            return mustRevoke
                ? "The token was not revoked: it was in the cache or the store before the block, so other commands may be using it."
                : null;
        }

        var failure = mustRevoke ? Revoke() : null;
        var remains = stored is null ? null : Delete(stored);
        return failure ?? remains;
    }

    private string? Revoke()
    {
        var revocation = new TokenRevocation(_entry, given: null, endpoint: null);
        return Run(revocation.RunAsync, "the authority did not confirm it") is { } why
            ? $"The token of the block was removed from the cache, but may still be valid at its authority: {why}"
            : null;
    }

    private static string? Delete(StoredSource stored) => Run(
        async (events, cancel) =>
        {
            await stored.DeleteCreatedAsync(events, cancel).ConfigureAwait(false);
            return null;
        },
        "the store was not free") is { } why
        ? $"The token of the block was removed from the cache, but is still in the store {stored.Kind}: {why}"
        : null;

    /// <returns>Why it failed, as a sentence that begins in lower case; <see langword="null"/> if it did not.</returns>
    private static string? Run(Func<IEventSink, CancellationToken, Task<object?>> action, string late)
    {
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            // What ignores its cancellation is not waited for.
#pragma warning disable RS0030 // On the pipeline thread, at the end of a command that may have been stopped, for 3 seconds at most.
            Task.Run(() => action(EventSink.None, limit.Token)).WaitAsync(s_limit).GetAwaiter().GetResult();
#pragma warning restore RS0030
            return null;
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            return $"{late} within {TimeText.Seconds(s_limit)}.";
        }
        catch (Exception e) when (e is IBearerError or HttpRequestException)
        {
            return e.Message;
        }
    }

    private static void Enter(TokenEntry entry, bool isOwned)
    {
        if (!s_uses.TryGetValue(entry, out var use)) s_uses[entry] = use = new Use { IsOwned = isOwned };
        use.Count++;
    }

    /// <returns>The use if it was the last one, else <see langword="null"/>.</returns>
    private Use? Leave()
    {
        if (!s_uses.TryGetValue(_entry, out var use) || --use.Count > 0) return null;
        s_uses.Remove(_entry);
        return use;
    }

    private sealed class Use
    {
        public int Count { get; set; }

        /// <summary>True if the cache had no token before the first block.</summary>
        public bool IsOwned { get; init; }

        public bool Revokes { get; set; }
    }
}
