using BearerTools.Diagnostics;
using BearerTools.Storage;
using BearerTools.Tokens;

namespace BearerTools.Session;

/// <summary>
/// The token of a block of commands. Blocks that run at the same time, in several runspaces, may share one; the last of them removes it, if
/// the cache had none before the first.
/// </summary>
internal sealed class BlockToken
{
    /// <summary>Maximum duration of a revocation at the end of a block.</summary>
    private static readonly TimeSpan s_revocationLimit = TimeSpan.FromSeconds(3);

    private static readonly Dictionary<TokenEntry, Use> s_uses = [];

    private TokenEntry _entry;
    private bool _hasLeft;

    /// <param name="entry">The entry of the block's connection, before its token is requested.</param>
    public BlockToken(TokenEntry entry)
    {
        _entry = entry;
        lock (s_uses) Enter(entry, IsNew(entry));
    }

    /// <summary>Follows the token to its entry, which is a new one if the cache was cleared during the token request.</summary>
    public void MoveTo(TokenEntry entry)
    {
        if (ReferenceEquals(entry, _entry)) return;
        lock (s_uses)
        {
            Leave();
            Enter(entry, entry.Source is not StoredSource);
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
        if (last is { IsOwned: false, Revokes: true })
            return "The token was not revoked: it was in the cache before the block, or is in a store, so other commands may be using it.";
        if (!last.IsOwned) return null;
        if (!last.Revokes)
        {
            BearerSession.Services.Cache.Remove(_entry);
            return null;
        }

        return Revoke();
    }

    private string? Revoke()
    {
        if (_entry.Current is null)
        {
            BearerSession.Services.Cache.Remove(_entry);
            return null;
        }

        using var limit = new CancellationTokenSource(s_revocationLimit);
        try
        {
            var revocation = new TokenRevocation(_entry, given: null, endpoint: null);
            var run = Task.Run(() => revocation.RunAsync(EventSink.None, limit.Token));
            // A request that ignores its cancellation is not waited for.
#pragma warning disable RS0030 // On the pipeline thread, at the end of a command that may have been stopped, for 3 seconds at most.
            run.WaitAsync(s_revocationLimit).GetAwaiter().GetResult();
#pragma warning restore RS0030
            return null;
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            return Failed($"the authority did not confirm it within {TimeText.Seconds(s_revocationLimit)}.");
        }
        catch (Exception e) when (e is IBearerError or HttpRequestException)
        {
            return Failed(e.Message);
        }
    }

    /// <summary>True if nobody else has the token: neither the cache nor a store, which other processes may use.</summary>
    private static bool IsNew(TokenEntry entry) => entry.Current is null && entry.Source is not StoredSource;

    private static string Failed(string why) =>
        $"The token of the block was removed from the cache, but may still be valid at its authority: {why}";

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
