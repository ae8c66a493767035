using BearerTools.Tokens;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>
/// Connects MSAL's cache of accounts and refresh tokens to the process's account store: loaded before each access, saved
/// after each change, one access at a time.
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
        // MSAL serialises accesses to one cache, so one field is enough.
        _entered = await store.EnterAsync(access.CancellationToken).ConfigureAwait(false);
        access.TokenCache.DeserializeMsalV3(store.Load(), shouldClearExistingCache: true);
    }

    /// <summary>Also runs after <see cref="ReadAsync"/> failed, when there is nothing to release.</summary>
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
