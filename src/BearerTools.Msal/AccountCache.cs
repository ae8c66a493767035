using BearerTools.Storage;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>
/// MSAL's cache of accounts and refresh tokens, kept in the process's store: read before each use, written after each
/// change, by one at a time.
/// </summary>
internal sealed class AccountCache(IAccountStore store)
{
    private readonly int _clearings = store.Clearings;
    private IDisposable? _entered;

    public void Serve(ITokenCache cache)
    {
        cache.SetBeforeAccessAsync(ReadAsync);
        cache.SetAfterAccessAsync(WriteAsync);
    }

    private async Task ReadAsync(TokenCacheNotificationArgs access)
    {
        // MSAL lets one access of a cache begin when the last has ended, so that one field is enough.
        _entered = await store.EnterAsync(access.CancellationToken).ConfigureAwait(false);
        access.TokenCache.DeserializeMsalV3(store.Load(), shouldClearExistingCache: true);
    }

    /// <summary>Also called when <see cref="ReadAsync"/> has failed, and then has nothing to leave.</summary>
    private Task WriteAsync(TokenCacheNotificationArgs access)
    {
        if (_entered is not { } entered) return Task.CompletedTask;
        _entered = null;
        try
        {
            if (access.HasStateChanged) store.Save(access.TokenCache.SerializeMsalV3(), _clearings);
        }
        finally
        {
            entered.Dispose();
        }

        return Task.CompletedTask;
    }
}
